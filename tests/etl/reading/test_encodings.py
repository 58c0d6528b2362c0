"""Old texts: the encoding in which they are French is taken; another alphabet is refused, never read as ours."""

import pytest

from etl.reading.encodings import OLD, old_encoding
from geodata.errors import BadInput

HERE = {
    "French": "Médiathèque de l'été, Sévérac-le-Château\nFrance Services, Besançon\nÉcole où l'on apprend, Noël, île",
    "Breton": "Skolioù Diwan, kaniñ ha dañs, Añjela Duval, Kreizenn ar gêr",
    "Occitan": "Ostal d'Occitània, Calandreta, Lo Bòrd, país de Fois, escòla, jòi, ròda",
    "Basque": "Ibañeta, Baionako etxea, Iruñea, Añorga, Kañabera",
    "Alsatian": "Begegnungsstätte für ältere Menschen, Straße, Mülhausen, Schwöbel",
    "Catalan": "Perpinyà, Associació, Canigó, Ràdio Arrels, Sant Llorenç, país",
    "Spanish": "Casa de España, Peña flamenca, Señor, Asociación de mayores, José Muñoz",
    "Portuguese": "Associação dos Portugueses, São João, Guimarães, Coração, Irmãos, Camões",
}
"""What is spoken in France, or by many who live there."""

ELSEWHERE = {
    "Центр социального обслуживания, улица Ленина, Москва": ("cp1251", "koi8_r", "cp866", "iso8859_5"),
    "Центр надання послуг, вулиця Шевченка, Київ": ("cp1251", "koi8_u"),
    "Świetlica środowiskowa, Łódź\nOśrodek zdrowia, Częstochowa, Gdańsk": ("cp1250", "iso8859_2", "cp852"),
    "Městská knihovna Dvořák\nDům s pečovatelskou službou\nŽďár nad Sázavou, příspěvek": (
        "cp1250",
        "iso8859_2",
        "cp852",
    ),
    "Művelődési ház, Győr\nIdősek otthona, Székesfehérvár, fűtő": ("cp1250", "iso8859_2", "cp852"),
    "Bucureşti, Centru pentru vârstnici, Piaţa Unirii, Braşov": ("cp1250", "iso8859_2"),
    "Šibenik, Čakovec, Đakovo, ćevapi, žena": ("cp1250", "iso8859_2", "cp852"),
    "Κέντρο κοινότητας, Αθήνα": ("cp1253", "iso8859_7", "cp737"),
    "İstanbul, Beyoğlu, yaşlı bakım merkezi, Şişli": ("cp1254", "cp857"),
}


@pytest.mark.parametrize("encoding", OLD)
@pytest.mark.parametrize("language", HERE)
def test_the_encoding_of_a_text_is_found(language, encoding):
    encoded = HERE[language].encode(encoding)
    assert encoded.decode(old_encoding(encoded, "f.csv")) == HERE[language]


@pytest.mark.parametrize(
    ("text", "encoding"), [(text, encoding) for text, encodings in ELSEWHERE.items() for encoding in encodings]
)
def test_another_alphabet_is_refused(text, encoding):
    with pytest.raises(BadInput, match="Save it as UTF-8"):
        old_encoding(text.encode(encoding), "f.csv")


def test_a_text_that_is_french_but_for_a_name_is_read():
    text = "\n".join(["Médiathèque de Besançon, près du théâtre"] * 9 + ["Rue Antonín Dvoøák"])
    assert old_encoding(text.encode("cp1252"), "f.csv") == "cp1252"
