"""What people in the field can be asked about: the codes behind portfolios and wishes."""

from dialogs.screen import Text

COMPETENCES = (
    "kokoelmahallinta",
    "poistot",
    "digitointi",
    "konservointi",
    "nayttelysuunnittelu",
    "saavutettavuus",
    "yleisotyo",
    "koulut",
    "nuoret",
    "ikaihmiset",
    "yhteiskehittaminen",
    "vapaaehtoiset",
    "viestinta",
    "some",
    "kavijatieto",
    "vaikuttavuus",
    "rahoitus",
    "johtaminen",
    "tyohyvinvointi",
    "monikielisyys",
    "kotoutuminen",
    "energia",
    "turvallisuus",
    "palvelumuotoilu",
    "fasilitointi",
    "tapahtumat",
    "kumppanuudet",
    "aineeton",
    "kansalaistiede",
    "asiakaspalvelu",
)


def label(key: str) -> Text:
    return Text(f"competence-{key}")


def options() -> list[tuple[str, Text]]:
    return [(key, label(key)) for key in COMPETENCES]
