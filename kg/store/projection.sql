-- The projection of a revision: what look-ups ask of its quads, as tables.
--
-- Everything here follows from the quads of all graphs together. Things are named by their keys: an
-- IRI without https://w3id.org/stancegraph/id/ where it is under one of the kinds there
-- (person/mark-zuckerberg, article/2024-04-x#s1), and the whole IRI elsewhere (kg.iris.key). Values of
-- the ontology's code lists are named by their local names (Favour, Promise).
--
-- A partial date stands as it was written (2024, 2024-04, 2024-04-18) with the first and the last day
-- that it can mean. `day` is what lists go by: the first day on which it can have been said, else
-- published.
--
-- `mark` is the CRC-32 of the key of the article that owns the thing (kg.iris.article_of), else of its own:
-- many things are found by the marks of their articles, since to look for twenty texts among a million
-- takes 50 ms, and for twenty numbers 3 ms.

CREATE TABLE meta (
    version VARCHAR NOT NULL,       -- of this file and of the code that fills it
    revision INTEGER NOT NULL,
    quads BIGINT NOT NULL
);

CREATE TABLE articles (
    id VARCHAR NOT NULL,
    headline VARCHAR,
    headline_language VARCHAR,
    language VARCHAR,
    publisher VARCHAR,
    published VARCHAR,
    published_from DATE,
    published_to DATE,
    url VARCHAR,
    text_hash VARCHAR,
    text_length INTEGER,
    text_norm VARCHAR,
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
    said VARCHAR,
    said_from DATE,
    said_to DATE,
    published VARCHAR,              -- of the article
    published_from DATE,
    published_to DATE,
    publisher VARCHAR,              -- of the article
    day DATE,
    gloss_en VARCHAR,
    gloss_de VARCHAR,
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
    said VARCHAR,
    said_from DATE,
    said_to DATE,
    published VARCHAR,
    published_from DATE,
    published_to DATE,
    publisher VARCHAR,
    day DATE,
    gloss_en VARCHAR,
    gloss_de VARCHAR,
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
    horizon_from SMALLINT,
    horizon_to SMALLINT,
    horizon_en VARCHAR,
    horizon_de VARCHAR,
    mark UINTEGER NOT NULL
);

CREATE TABLE conditions (
    id VARCHAR NOT NULL,
    kind VARCHAR,
    gloss_en VARCHAR,
    gloss_de VARCHAR,
    article VARCHAR,                -- that owns it
    day DATE,                       -- the first on which that can have been published
    mark UINTEGER NOT NULL
);

CREATE TABLE evidence (
    id VARCHAR NOT NULL,
    article VARCHAR,
    start_at INTEGER,               -- code points
    end_at INTEGER,
    hash BLOB,                      -- SHA-256 of the span
    speech_form VARCHAR,
    mark UINTEGER NOT NULL
);

-- What a record names several of. They are found by the mark of the record's article.
CREATE TABLE conditioned (
    record VARCHAR NOT NULL,
    article VARCHAR,
    condition VARCHAR NOT NULL,
    condition_mark UINTEGER,        -- of the article that owns the condition
    mark UINTEGER NOT NULL
);
CREATE TABLE reasoned (
    record VARCHAR NOT NULL, article VARCHAR, reason VARCHAR NOT NULL, mark UINTEGER NOT NULL
);
CREATE TABLE cited (
    record VARCHAR NOT NULL, article VARCHAR, evidence VARCHAR NOT NULL, mark UINTEGER NOT NULL
);

-- What editors say between records: revises, contradicts, repeats.
CREATE TABLE links (record VARCHAR NOT NULL, predicate VARCHAR NOT NULL, other VARCHAR NOT NULL);

CREATE TABLE entities (
    id VARCHAR NOT NULL,
    class VARCHAR NOT NULL,         -- Person, Company, Group, Model, Project, Topic, Occasion
    label_en VARCHAR,
    label_de VARCHAR,
    existence VARCHAR,
    date VARCHAR,                   -- of an occasion
    replaced_by VARCHAR,
    mark UINTEGER NOT NULL
);

-- What an entity names several of: broader, concerns, developedBy, contributor, subject, exactMatch
-- (that one with the whole IRI), by local name.
CREATE TABLE relations (entity VARCHAR NOT NULL, predicate VARCHAR NOT NULL, other VARCHAR NOT NULL);

-- What entities and articles are called: labels, aliases, headlines.
CREATE TABLE names (
    entity VARCHAR NOT NULL,
    class VARCHAR NOT NULL,         -- of the entity, or Article
    language VARCHAR,
    text VARCHAR NOT NULL,
    preferred BOOLEAN NOT NULL,     -- a label or a headline, not an alias
    folded VARCHAR NOT NULL,        -- for search: kg.folding.folded(text)
    mark UINTEGER NOT NULL
);

-- The rest follows from the tables above: the views say how, the tables keep it.

-- Each topic with itself and everything broader, however far.
CREATE VIEW broader_of AS
    WITH RECURSIVE walk(topic, ancestor) AS (
        SELECT id, id FROM entities WHERE class = 'Topic'
        UNION
        SELECT walk.topic, relations.other
        FROM walk JOIN relations ON relations.entity = walk.ancestor
        WHERE relations.predicate = 'broader'
    )
    SELECT topic, ancestor FROM walk;
CREATE TABLE broader (topic VARCHAR NOT NULL, ancestor VARCHAR NOT NULL);

-- Which articles have records that mention an entity, in which role, and how many records.
CREATE VIEW mentions_of AS
    WITH roles(entity, article, role, mark) AS (
        SELECT holder, article, 'holder', mark FROM stances
        UNION ALL SELECT speaker, article, 'speaker', mark FROM stances WHERE lead
        UNION ALL SELECT on_behalf_of, article, 'onBehalfOf', mark FROM stances WHERE lead
        UNION ALL SELECT occasion, article, 'saidAt', mark FROM stances WHERE lead
        UNION ALL SELECT target, article, 'target', mark FROM stances WHERE lead
        UNION ALL SELECT holder, article, 'claimant', mark FROM claims
        UNION ALL SELECT speaker, article, 'speaker', mark FROM claims WHERE lead
        UNION ALL SELECT on_behalf_of, article, 'onBehalfOf', mark FROM claims WHERE lead
        UNION ALL SELECT occasion, article, 'saidAt', mark FROM claims WHERE lead
        UNION ALL SELECT subject, article, 'subject', mark FROM claims WHERE lead
        UNION ALL SELECT object, article, 'object', mark FROM claims WHERE lead
        UNION ALL SELECT quantity, article, 'quantity', mark FROM claims WHERE lead
        UNION ALL SELECT publisher, id, 'publisher', mark FROM articles
    )
    SELECT entity, article, role, count(*)::INTEGER AS records, min(mark) AS mark
    FROM roles WHERE entity IS NOT NULL AND article IS NOT NULL
    GROUP BY entity, article, role;
CREATE TABLE mentions (
    entity VARCHAR NOT NULL, article VARCHAR NOT NULL, role VARCHAR NOT NULL,
    records INTEGER NOT NULL, mark UINTEGER NOT NULL
);

CREATE VIEW counts_of AS
    SELECT
        entity,
        coalesce(sum(records) FILTER (role = 'holder'), 0)::INTEGER AS held,
        coalesce(sum(records) FILTER (role = 'target'), 0)::INTEGER AS targeted,
        coalesce(sum(records) FILTER (role = 'claimant'), 0)::INTEGER AS claimed,
        coalesce(sum(records) FILTER (role = 'speaker'), 0)::INTEGER AS spoken,
        coalesce(sum(records) FILTER (role = 'publisher'), 0)::INTEGER AS published,
        sum(records)::INTEGER AS mentions,
        count(DISTINCT article)::INTEGER AS articles
    FROM mentions GROUP BY entity;
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

-- The words of names, for search: it reads the few next to each other that begin as a word asked for.
CREATE VIEW words_of AS
    SELECT DISTINCT unnest(string_split(folded, ' ')) AS word, folded, entity, class, mark
    FROM names WHERE folded <> '';
CREATE TABLE words (
    word VARCHAR NOT NULL,          -- sorted by it
    folded VARCHAR NOT NULL,        -- the name it stands in
    entity VARCHAR NOT NULL,
    class VARCHAR NOT NULL,
    mark UINTEGER NOT NULL          -- of the entity or the article
);
