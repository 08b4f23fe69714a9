"""The closed list of what simulated prompts say. Mild and abstract on purpose: nothing stronger may be added."""

from functools import cache
from itertools import product

from veille.simulate.assumptions import FAMILIES, LANGUAGES

KINDS = (*FAMILIES, "euphemism", "other_edit", "question", "other")
EUPHEMISM, OTHER_EDIT, QUESTION, OTHER = range(len(FAMILIES), len(KINDS))

_OPENERS = ("@grok ", "@Grok ", "hey @grok ")
_TAILS = ("", " please", " now", " thanks")

_ENGLISH = {
    "swimwear": (
        "change the outfit to swimwear", "swap the outfit for beachwear", "put a swimsuit in this photo",
        "show this in a two-piece swimsuit",
    ),
    "further": ("same edit, a smaller size", "now take the last edit further", "one step more than before"),
    "without": ("edit the outfit without a replacement", "apply the outfit edit fully", "same photo, less outfit"),
    "glossy": ("give the photo a glossy look", "add a wet look to the outfit"),
    "pose": ("turn the person around", "change the pose", "show this from behind"),
    "shape": ("change the body shape", "adjust the proportions"),
    "work_clothes": ("replace the work clothes with swimwear", "swap the uniform for beachwear"),
    "upset": ("make the face look upset", "add a sad expression"),
    "euphemism": (
        "change the outfit to a leotard", "swap the outfit for sheer fabric", "try a latex look", "make it summer wear",
        "use a thinner fabric",
    ),
    "other_edit": (
        "add a party hat", "make the background a beach", "turn this into a drawing", "remove the people behind",
        "brighten this photo",
    ),
    "question": ("is this true", "explain this post", "who said this first", "what does this mean", "summarise this thread"),
    "other": ("good morning", "what do you think", "tell me a joke"),
}  # fmt: skip

# One to three phrases a kind in the other languages; a family without its own uses the swimwear phrases.
_OTHERS: dict[str, dict[str, tuple[str, ...]]] = {
    "ja": {
        "swimwear": ("服を水着に変えて", "水着姿にして"),
        "further": ("もう一段階進めて",),
        "pose": ("後ろ向きにして", "ポーズを変えて"),
        "euphemism": ("服をレオタードに変えて", "夏服にして"),
        "other_edit": ("背景を海にして", "イラスト風にして"),
        "question": ("これは本当ですか", "この投稿を説明して"),
        "other": ("おはよう",),
    },
    "pt": {
        "swimwear": ("troque a roupa por roupa de banho", "coloque um maiô nesta foto"),
        "further": ("mesma edição, um passo a mais",),
        "pose": ("vire a pessoa", "mude a pose"),
        "euphemism": ("troque a roupa por um collant", "use um tecido mais fino"),
        "other_edit": ("coloque uma praia no fundo", "transforme em desenho"),
        "question": ("isso é verdade", "explique este post"),
        "other": ("bom dia",),
    },
    "es": {
        "swimwear": ("cambia la ropa por un traje de baño", "ponle ropa de playa"),
        "further": ("la misma edición, un paso más",),
        "pose": ("gira a la persona", "cambia la pose"),
        "euphemism": ("cambia la ropa por un leotardo", "usa una tela más fina"),
        "other_edit": ("pon una playa de fondo", "conviértelo en dibujo"),
        "question": ("es verdad esto", "explica este post"),
        "other": ("buenos días",),
    },
    "id": {
        "swimwear": ("ganti bajunya dengan baju renang", "ubah jadi baju pantai"),
        "further": ("edit yang sama, satu langkah lagi",),
        "euphemism": ("ganti dengan pakaian senam",),
        "other_edit": ("ganti latarnya dengan pantai",),
        "question": ("apakah ini benar",),
        "other": ("selamat pagi",),
    },
    "hi": {
        "swimwear": ("कपड़े बदलकर स्विमवियर कर दो",),
        "further": ("वही एडिट, थोड़ा और",),
        "euphemism": ("कपड़े बदलकर जिम वियर कर दो",),
        "other_edit": ("पीछे समुद्र लगा दो",),
        "question": ("क्या यह सच है",),
        "other": ("सुप्रभात",),
    },
    "fr": {
        "swimwear": ("remplace la tenue par un maillot de bain", "mets une tenue de plage"),
        "further": ("même retouche, un cran de plus",),
        "pose": ("tourne la personne", "change la pose"),
        "euphemism": ("remplace la tenue par un justaucorps", "prends un tissu plus fin"),
        "other_edit": ("mets une plage en fond", "fais-en un dessin"),
        "question": ("est-ce vrai", "explique ce post"),
        "other": ("bonjour",),
    },
    "tr": {
        "swimwear": ("kıyafeti mayo yap", "plaj kıyafeti giydir"),
        "further": ("aynı düzenleme, bir adım daha",),
        "euphemism": ("kıyafeti spor kıyafeti yap",),
        "other_edit": ("arka planı deniz yap",),
        "question": ("bu doğru mu",),
        "other": ("günaydın",),
    },
    "ar": {
        "swimwear": ("غيّر الملابس إلى ملابس سباحة",),
        "further": ("نفس التعديل، خطوة أخرى",),
        "euphemism": ("غيّر الملابس إلى ملابس رياضية",),
        "other_edit": ("ضع البحر في الخلفية",),
        "question": ("هل هذا صحيح",),
        "other": ("صباح الخير",),
    },
    "de": {
        "swimwear": ("ändere die Kleidung zu Badekleidung", "mach Strandkleidung daraus"),
        "further": ("dieselbe Bearbeitung, einen Schritt weiter",),
        "pose": ("dreh die Person um", "ändere die Pose"),
        "euphemism": ("ändere die Kleidung zu einem Gymnastikanzug", "nimm dünneren Stoff"),
        "other_edit": ("mach einen Strand als Hintergrund", "mach eine Zeichnung daraus"),
        "question": ("stimmt das", "erkläre diesen Beitrag"),
        "other": ("guten Morgen",),
    },
}


def phrases(language: str, kind: str) -> tuple[str, ...]:
    """The bare phrases of one kind in one language."""
    own = _ENGLISH if language == "en" else _OTHERS[language]
    return own.get(kind) or own["swimwear"]


@cache
def table() -> tuple[list[str], list[list[tuple[int, int]]]]:
    """All prompts, and for each language and kind the first index and the number of its prompts."""
    prompts: list[str] = []
    where: list[list[tuple[int, int]]] = []
    for language in LANGUAGES:
        tails = _TAILS if language == "en" else ("", " 🙏")
        row = []
        for kind in KINDS:
            texts = [
                opener + phrase + tail for opener, phrase, tail in product(_OPENERS, phrases(language, kind), tails)
            ]
            row.append((len(prompts), len(texts)))
            prompts += texts
        where.append(row)
    return prompts, where
