"""Scripts, letters and words that tell a language: a clear answer, "in no known language", or nothing."""

from __future__ import annotations

import pytest

from cleaners.document import Document
from cleaners.language import detect
from cleaners.text.telling import UNKNOWN, language_of

STORIES = {
    "ka": "მატარებელი დილით გაჩერდა, რადგან ძველ სადგურთან ლიანდაგზე ხე ეგდო.",
    "hy": "Գնացքը կանգ առավ առավոտյան, քանի որ հին կայարանի մոտ ռելսերի վրա ծառ էր ընկել։",
    "am": "ባቡሩ ጠዋት ላይ ቆመ ምክንያቱም በአሮጌው ጣቢያ አጠገብ በሐዲዱ ላይ ዛፍ ወድቆ ነበር።",
    "my": "ရထားသည် မနက်က ရပ်တန့်ခဲ့သည်၊ ဘူတာဟောင်းအနီး သံလမ်းပေါ်တွင် သစ်ပင်လဲနေသည်။",
    "km": "រថភ្លើងបានឈប់នៅពេលព្រឹក ដោយសារមានដើមឈើរលំលើផ្លូវដែកក្បែរស្ថានីយចាស់។",
    "si": "පැරණි දුම්රිය ස්ථානය අසල මාර්ගයේ ගසක් වැටී තිබූ නිසා උදෑසන දුම්රිය නතර විය.",
    "kk": "Пойыз таңертең тоқтап қалды, өйткені ескі бекеттің жанында жолда ағаш құлап жатқан еді.",
    "mn": "Хуучин өртөөний ойролцоо төмөр зам дээр мод унасан тул галт тэрэг өглөө зогсжээ.",
    "be": "Цягнік спыніўся раніцай, бо каля старога вакзала на рэйках ляжала дрэва, якое ўпала ўначы.",
    "sr": "Воз је стао ујутру јер је код старе станице на прузи лежало дрво које су радници уклонили.",
    "mk": "Возот застана утрото бидејќи на пругата кај старата станица имаше паднато дрво, рече тој.",
    "az": "Qatar səhər dayandı, çünki köhnə stansiyanın yaxınlığında relslərin üstünə ağac yıxılmışdı.",
    "is": "Lestin stöðvaðist um morguninn því að tré lá á teinunum við gömlu stöðina og það þurfti að fjarlægja.",
    "uz": "Poyezd ertalab toʻxtab qoldi, chunki eski bekat yaqinida yoʻlga daraxt yiqilgan edi, deb xabar berdi u va ketdi.",
    "gl": "O tren parou pola mañá porque unha árbore caera na vía preto da estación vella, dixo o xefe, que tamén viu máis.",
    "eu": "Trena goizean gelditu zen, geltoki zaharraren ondoan zuhaitz bat erori eta bidea itxi zuen eta ez zen inor zauritu.",
}


@pytest.mark.parametrize(("language", "text"), STORIES.items())
def test_script_letters_and_words_name_the_language(language: str, text: str) -> None:
    assert language_of(text) == language
    assert detect(Document.of(text).lines) == language


@pytest.mark.parametrize(
    "text",
    [
        "Поезд иртән туктады, чөнки иске вокзал янында рельсларга агач авган иде, җәяүлеләр көтте.",  # Tatar
        "Tokið steðgaði um morgunin, tí eitt træ lá á skinnarunum við gomlu støðina, og fólk bíðaðu.",  # Faroese
        "اورګاډی سهار ودرېد ځکه چې زوړ سټېشن ته نږدې پر پټلۍ یوه ونه پرته وه، چارواکو وویل.",  # Pashto
        "ລົດໄຟຢຸດໃນຕອນເຊົ້າ ເພາະມີຕົ້ນໄມ້ລົ້ມທັບທາງລົດໄຟໃກ້ສະຖານີເກົ່າ",  # Lao
    ],
)
def test_letters_of_no_known_language_name_none(text: str) -> None:
    assert language_of(text) == UNKNOWN
    assert detect(Document.of(text).lines) is None


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The word qəhvə means coffee, said the trader from Baku, who sells it in the old town every day.", "en"),
        ("Поезд остановился утром, потому что у старого вокзала на рельсах лежало дерево, сказал он.", "ru"),
        ("Потяг зупинився вранці, бо біля старого вокзалу на рейках лежало дерево, сказав він.", "uk"),
        ("El tren se detuvo esta mañana porque un árbol había caído sobre la vía cerca de la estación.", "es"),
        ("O comboio parou de manhã porque uma árvore tinha caído na linha, perto da estação velha, e não havia outro.", "pt"),
        ("Toget stoppede om morgenen, fordi et træ lå på skinnerne ved den gamle station, og folk ventede længe.", "da"),
    ],
)
def test_what_neighbours_write_decides_nothing(text: str, language: str) -> None:
    assert language_of(text) is None
    assert detect(Document.of(text).lines) == language
