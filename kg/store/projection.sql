-- The tables of a projection: what look-ups search, filter, count and sort. What they show of each
-- thing lies beside them, by its key (kg.store.things).
--
-- Everything here follows from the quads of all graphs together. Things are named by their keys: an
-- IRI without https://w3id.org/stancegraph/id/ where it is under one of the kinds there
-- (person/mark-zuckerberg, article/2024-04-x#s1), and the whole IRI elsewhere (kg.iris.key). Values of
-- the ontology's code lists are named by their local names (Favour, Promise).
--
-- Of a partial date (2024, 2024-04, 2024-04-18) the first and the last day stand here that it can mean.
-- `day` is what lists go by: the first day on which it can have been said, else published.
--
-- `mark` is the CRC-32 of the key of the article that owns the thing (kg.iris.article_of), else of its own:
-- rows are found by the marks of their articles, since to look for twenty texts among a million takes
-- 50 ms, and for twenty numbers 3 ms.

CREATE TABLE meta (
    version VARCHAR NOT NULL,       -- of this file and of the code that fills it
    revision INTEGER NOT NULL,
    quads BIGINT NOT NULL
);

CREATE TABLE articles (
    id VARCHAR NOT NULL,
    language VARCHAR,
    publisher VARCHAR,
    published_from DATE,
    published_to DATE,
    mark UINTEGER NOT NULL
);

-- One row for each holder of a stance; the first of them in the order of keys leads, and so does the
-- one row of a stance without a holder: WHERE lead counts stances.
CREATE TABLE stances (
    id VARCHAR NOT NULL,
    article VARCHAR,
    lead BOOLEAN NOT NULL,
    holder VARCHAR,
    holders VARCHAR[] NOT NULL,     -- all of them, in order
    speaker VARCHAR,
    on_behalf_of VARCHAR,
    occasion VARCHAR,
    said_from DATE,
    said_to DATE,
    published_from DATE,            -- of the article
    published_to DATE,
    publisher VARCHAR,              -- of the article
    day DATE,
    target VARCHAR,
    polarity VARCHAR,
    commitment VARCHAR,
    conditional BOOLEAN NOT NULL,   -- it has a condition
    leaning UTINYINT,               -- the three before it as one number (kg.store.derivation): so
    mark UINTEGER NOT NULL          -- they are counted together in 8 ms, else in 28
);

-- Claims and estimates, one row for each holder, as above.
CREATE TABLE claims (
    id VARCHAR NOT NULL,
    article VARCHAR,
    lead BOOLEAN NOT NULL,
    holder VARCHAR,
    holders VARCHAR[] NOT NULL,
    speaker VARCHAR,
    on_behalf_of VARCHAR,
    occasion VARCHAR,
    said_from DATE,
    said_to DATE,
    published_from DATE,
    published_to DATE,
    publisher VARCHAR,
    day DATE,
    class VARCHAR NOT NULL,         -- Claim or Estimate
    subject VARCHAR,
    predicate VARCHAR,              -- as in kg.terms.CONTENT_PREDICATES, by local name: headOf
    object VARCHAR,
    modality VARCHAR,
    negated BOOLEAN NOT NULL,
    assesses VARCHAR,
    finding VARCHAR,
    conditional BOOLEAN NOT NULL,
    quantity VARCHAR,
    min_value DECIMAL(38, 18),
    max_value DECIMAL(38, 18),
    currency VARCHAR,
    unit VARCHAR,
    mark UINTEGER NOT NULL
);

CREATE TABLE conditions (
    id VARCHAR NOT NULL,
    kind VARCHAR,
    article VARCHAR,                -- that owns it
    day DATE,                       -- the first on which that can have been published
    mark UINTEGER NOT NULL
);

-- The conditions of records, found by the mark of the record's article.
CREATE TABLE conditioned (record VARCHAR NOT NULL, condition VARCHAR NOT NULL, mark UINTEGER NOT NULL);

CREATE TABLE entities (
    id VARCHAR NOT NULL,
    class VARCHAR NOT NULL,         -- Person, Company, Group, Model, Project, Topic, Occasion
    replaced_by VARCHAR,
    mark UINTEGER NOT NULL
);

-- The words of labels, aliases and headlines, for search: it reads the few next to each other that
-- begin as a word asked for. All is folded: kg.folding.
CREATE TABLE words (
    word VARCHAR NOT NULL,          -- sorted by it
    folded VARCHAR NOT NULL,        -- the name it stands in
    entity VARCHAR NOT NULL,
    class VARCHAR NOT NULL,         -- of the entity, or Article
    mark UINTEGER NOT NULL          -- of the entity or the article
);

-- Which articles have records that mention an entity, in which role, and how many records: holder,
-- claimant, speaker, onBehalfOf, saidAt, target, subject, object, quantity; and what they publish.
CREATE TABLE mentions (
    entity VARCHAR NOT NULL, article VARCHAR NOT NULL, role VARCHAR NOT NULL,
    records INTEGER NOT NULL, mark UINTEGER NOT NULL
);

-- What mentions come to.
CREATE TABLE counts (
    entity VARCHAR NOT NULL,
    held INTEGER NOT NULL,          -- stances
    targeted INTEGER NOT NULL,      -- stances
    claimed INTEGER NOT NULL,       -- claims and estimates
    spoken INTEGER NOT NULL,        -- records of others
    published INTEGER NOT NULL,     -- articles
    mentions INTEGER NOT NULL,      -- in any role
    articles INTEGER NOT NULL       -- that have such a record, or that it published
);
