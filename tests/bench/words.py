"""The word stock of the invented world, in pairs of English and German that mean the same.

The German words stand in the case that their place in a sentence asks for: things in the dative
(behind "von" and "mit"), effects and those concerned in the accusative.
"""

from __future__ import annotations

Pair = tuple[str, str]


def _pairs(text: str) -> tuple[Pair, ...]:
    """Read one pair a line, parted by " = "."""
    parted = (line.strip().partition(" = ") for line in text.strip().splitlines())
    return tuple((english, german) for english, _, german in parted)


def _words(text: str) -> tuple[str, ...]:
    """Read words parted by white space."""
    return tuple(text.split())


THINGS = _pairs("""
    model weights = Modellgewichten
    training data = Trainingsdaten
    voice clones = Stimmklonen
    chat assistants = Chatassistenten
    image generators = Bildgeneratoren
    medical models = medizinischen Modellen
    data centres = Rechenzentren
    chip exports = Chipausfuhren
    open models = offenen Modellen
    safety tests = Sicherheitstests
    research results = Forschungsergebnissen
    licence fees = Lizenzgebühren
    translation systems = Übersetzungssystemen
    crewless ferries = unbemannten Fähren
    hiring software = Auswahlsoftware
    face recognition = Gesichtserkennung
    weather models = Wettermodellen
    learning assistants = Lernassistenten
    code generators = Codegeneratoren
    warehouse robots = Lagerrobotern
    energy audits = Energieprüfungen
    water use figures = Wasserverbrauchszahlen
    benchmark results = Vergleichsergebnissen
    risk reports = Risikoberichten
    watermarks = Wasserzeichen
    synthetic news = künstlichen Nachrichten
    court assistants = Gerichtsassistenten
    credit scores = Kreditbewertungen
    drone swarms = Drohnenschwärmen
    protein models = Proteinmodellen
    music models = Musikmodellen
    search answers = Suchantworten
    software agents = Softwareagenten
    user profiles = Nutzungsprofilen
    speech recordings = Sprachaufnahmen
    small models = kleinen Modellen
""")

ACTIONS = _pairs("""
    publishing = Veröffentlichen
    banning = Verbieten
    taxing = Besteuern
    licensing = Lizenzieren
    labelling = Kennzeichnen
    auditing = Prüfen
    subsidising = Fördern
    delaying = Aufschieben
    sharing = Teilen
    buying = Kaufen
    selling = Verkaufen
    restricting = Einschränken
    monitoring = Überwachen
    standardising = Vereinheitlichen
    certifying = Zertifizieren
    testing = Testen
    registering = Registrieren
    insuring = Versichern
    archiving = Archivieren
    replacing = Ersetzen
    comparing = Vergleichen
    introducing = Einführen
""")

PLACES = _pairs("""
    in schools = an Schulen
    in hospitals = in Krankenhäusern
    in courts = vor Gericht
    by public offices = durch Behörden
    for small firms = für kleine Firmen
    across borders = über Grenzen hinweg
    before elections = vor Wahlen
    in the countryside = auf dem Land
    in banks = in Banken
    for researchers = für Forschende
    in newsrooms = in Redaktionen
    at universities = an Universitäten
    in harbours = in Häfen
    without consent = ohne Einwilligung
    free of charge = kostenlos
    within a year = binnen eines Jahres
    under supervision = unter Aufsicht
    in the north = im Norden
    for minors = für Minderjährige
    in prisons = in Gefängnissen
    by insurers = durch Versicherer
    in call centres = in Callcentern
    at work = am Arbeitsplatz
    on the phone = am Telefon
""")

EFFECTS = _pairs("""
    lower costs = niedrigere Kosten
    new risks = neue Risiken
    fairer prices = gerechtere Preise
    better care = bessere Versorgung
    longer delays = längere Verzögerungen
    more competition = mehr Wettbewerb
    missing evidence = fehlende Belege
    open questions = offene Fragen
    past mistakes = frühere Fehler
    growing doubts = wachsende Zweifel
    good experience = gute Erfahrungen
    high demand = große Nachfrage
    unclear rules = unklare Regeln
    quicker answers = schnellere Antworten
    lost jobs = verlorene Arbeitsplätze
    hours saved = gesparte Stunden
    thin margins = dünne Margen
    early tests = frühe Tests
    public money = öffentliche Gelder
    foreign rivals = ausländische Rivalen
    broken promises = gebrochene Versprechen
    rising rents = steigende Mieten
    crowded networks = überfüllte Netze
    safer streets = sicherere Straßen
""")

CONCERNED = _pairs("""
    small firms = kleine Firmen
    the sick = Kranke
    pupils = Schulkinder
    workers = Beschäftigte
    authors = Autorinnen und Autoren
    taxpayers = Steuerzahlende
    researchers = Forschende
    older people = Ältere
    the neighbours = die Nachbarschaft
    start-ups = Start-ups
    customers = die Kundschaft
    artists = Kunstschaffende
    voters = Wählerinnen und Wähler
    farmers = Landwirtinnen und Landwirte
    commuters = Pendelnde
    tenants = Mieterinnen und Mieter
""")

GATHERINGS = _pairs("""
    an association of = ein Verband von
    a majority of = eine Mehrheit von
    a circle of = ein Kreis von
    a team of = ein Team von
""")

FOLK = _pairs("""
    developers = Entwicklerinnen und Entwicklern
    teachers = Lehrkräften
    doctors = Ärztinnen und Ärzten
    nurses = Pflegekräften
    judges = Richterinnen und Richtern
    translators = Übersetzerinnen und Übersetzern
    harbour pilots = Hafenlotsen
    investors = Geldgebern
    students = Studierenden
    parents = Eltern
    journalists = Medienschaffenden
    musicians = Musikerinnen und Musikern
    drivers = Fahrerinnen und Fahrern
    economists = Fachleuten der Wirtschaft
    shopkeepers = Kaufleuten
    civil servants = Verwaltungsangestellten
""")

OCCASIONS = _pairs("""
    podcast with = Podcast mit
    interview with = Interview mit
    panel with = Podium mit
    press conference with = Pressekonferenz mit
    keynote by = Hauptvortrag von
    hearing of = Anhörung von
    open letter by = offener Brief von
    fireside chat with = Kamingespräch mit
    post by = Beitrag von
    lecture by = Vorlesung von
""")

MONTHS = _pairs("""
    January = Januar
    February = Februar
    March = März
    April = April
    May = Mai
    June = Juni
    July = Juli
    August = August
    September = September
    October = Oktober
    November = November
    December = Dezember
""")

FIRST = _words("""
    Mara Ilse Tomas Nora Ilan Jörg Søren Łucja Małgorzata Zoë Émile Renée Anaïs Björn Åsa Günther
    Käthe Ömer Øyvind Ásdís Željko Agnieszka Bartłomiej Jürgen Wiebke Priya Arjun Mei Hiroshi Yuki
    Amara Kofi Chidi Ngozi Lucía Íñigo João Inês Siobhán Niamh Pádraig Eoin Caoimhe Leïla Youssef
    Fatima Tariq Noor Dmitri Oksana Taras Elif Can Deniz Aino Väinö Eero Päivi Kaisa Lars Freja
    Mette Rasmus Astrid Ingrid Sigurd Solveig Hendrik Maaike Joost Femke Anke Uwe Heike Matthias
    Friederike Anna-Lena Jean-Luc Marie-Claire Karl-Heinz Ruth Edith Walter Clara Hugo Otto Ada
    Grace Alan Edgar Hazel Iris Owen Rhys Megan Bronwyn Hamish Isla Callum Fiona Gareth
""")
STEMS = _words("""
    Lind Berg Øster Kowal Grün Håk Strøm Wał Dąbr Sør Väst Hart Brack Moor Quay Thorn Ash Fenn Birk
    Eich Holz Stein Vogel Krähen Mühl Kühn Rös Schön Zieg Wieś Górn Leśn Skov Bæk Kjær Ny Gammel
    Björk Sjö Åk Hög Norr Lång Alder Hazel Marsh Wren Swift Dunn Carr Penn Tre Pol Hollo Kald Myr
""")
ENDINGS = _words("""
    qvist mann sen ski er holm gaard ström son feld bach wood ley well ner berg stad dahl ton wick
    ing hoff rup lund
""")
TOWNS = _words("""
    Northport Brackhaven Østerby Königsau Wielków Saint-Orly Møllevik Grünwied Äpplehamn Karnau
    Fennwick Lübrok Sandvær Zielenie Marlow-Quay Hohenfähr Västerlund Tarnholm Quillmouth
    Oberrüth Ketteldam Bielgród Ravnsund Ostmünde Penhallick Vallefont Sorrowby Weißbrück Haldern
    Norrköpa Windlesea Trzebów Ålvik Börnstadt Kirkmoor Castelbrun
""")
PAPERS = _words("""
    Kurier Tribune Weekly Bote Observer Zeitung Post Review Dispatch Rundschau Courier Anzeiger
    Gazette Merkur Herald
""")
FIRMS = _words("byte werk grid loop nest wave forge mind spark cloud trace port bridge lens gate")
FORMS = _words("Labs Systems Analytics Robotics Compute Works Research Software Health Energy")
KITS = _words("Kit Flow Bench Stack Bridge Compass Lantern Loom Anchor Sieve Atlas Quarry")
MODELS = _words("""
    Heron Gannet Möwe Lærke Żuraw Tern Petrel Curlew Plover Lapwing Osprey Kestrel Merlin Falke
    Bussard Kranich Storch Reiher Ibis Egret Raven Rook Jackdaw Magpie Wagtail Dipper Wren Siskin
    Linnet Bunting Pipit Lark Swift Martin Skua Fulmar Auk Dunlin Knot Ruff Snipe Avocet Stilt
    Shrike Oriole Hoopoe Roller Nightjar Swallow Thrush Fieldfare Redwing Starling Brambling Crake
    Coot Grebe Smew Eider Scoter
""")
VERSIONS = tuple(
    f"{number}{size}"
    for number in ("1", "1.5", "2", "2.5", "3", "3.5", "4", "5", "6", "7")
    for size in ("", " mini", " large", " Vision", " Voice")
)
