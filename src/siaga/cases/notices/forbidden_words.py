"""The words of the rule `no-removal@1`: what takes away, what is taken, what asks, what turns it round."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# English: the base of each verb, its participles and its nouns

_VERBS: Final = """
remove removes removing removed removal; delete deletes deleting deleted deletion; hide hides hiding
hidden -; suppress suppresses suppressing suppressed suppression; throttle throttles throttling throttled
-; block blocks blocking blocked blocking; ban bans banning banned ban; suspend suspends suspending
suspended suspension; censor censors censoring censored censorship; demote demotes demoting demoted
demotion; downrank downranks downranking downranked downranking; deprioritise deprioritises
deprioritising deprioritised deprioritisation; deprioritize deprioritizes deprioritizing deprioritized
deprioritization; shadowban shadowbans shadowbanning shadowbanned shadowban; deactivate deactivates
deactivating deactivated deactivation; disable disables disabling disabled -; terminate terminates
terminating terminated termination; erase erases erasing erased erasure; purge purges purging purged
purge; withhold withholds withholding withheld -; unlist unlists unlisting unlisted -; delist delists
delisting delisted delisting; deindex deindexes deindexing deindexed deindexing; mute mutes muting muted
-; silence silences silencing silenced -; restrict restricts restricting restricted restriction; limit
limits limiting limited limitation; slow slows slowing slowed slowdown; reduce reduces reducing reduced
reduction; expunge expunges expunging expunged -; scrub scrubs scrubbing scrubbed -; bury buries burying
buried -; drop drops dropping dropped -; kill kills killing killed -; nuke nukes nuking nuked -; takedown
takedowns - - takedown; cut cuts cutting cut cut; lower lowers lowering lowered -; weaken weakens
weakening weakened -; obscure obscures obscuring obscured -; deboost deboosts deboosting deboosted -;
unpublish unpublishes unpublishing
unpublished -; zap zaps zapping zapped -; cap caps capping capped -;
revoke revokes revoking revoked revocation; inaccessible - - inaccessible -;
deplatform deplatforms deplatforming
deplatformed deplatforming; dampen dampens dampening dampened -; stifle stifles stifling stifled -; quash
quashes quashing quashed -; disappear disappears disappearing disappeared disappearance; vanish vanishes
vanishing vanished -; gone - - gone -; minimise minimises minimising minimised -; minimize minimizes
minimizing minimized -; withdraw withdraws withdrawing withdrawn withdrawal; eliminate eliminates
eliminating eliminated elimination; filterout - - - -; retract retracts retracting retracted retraction;
invisible - - invisible -; unfindable - - unfindable -
"""
_PARTS: Final = [" ".join(verb.split()).split(" ") for verb in _VERBS.split(";")]
VERBS_EN: Final[Mapping[str, str]] = MappingProxyType(
    {
        word: form
        for base, third, gerund, participle, noun in _PARTS
        for word, form in (
            (third, "third"),
            (noun, "noun"),
            (gerund, "gerund"),
            (participle, "participle"),
            (base, "base"),
        )
        if word != "-"
    }
)
"""The form of each word that takes something away."""
_MOST: Final = r"((?: \w+){0,5}?) "
PHRASES_EN: Final = (
    (
        rf"\b(tak(?:e|es|ing|en)|took|pull(?:s|ed|ing)?|dial|tone|turn){_MOST}"
        r"(?:down|off ?line|off the (?:platform|site|air))\b",
        "remove",
    ),
    (rf"\b(bring(?:s|ing)?|brought|shut(?:s|ting)?){_MOST}(?:down|off ?line)\b", "remove"),
    (r"\b(get(?:s|ting)?) rid of\b", "remove"),
    (rf"\b(make|making){_MOST}(?:go away|less (?:visible|prominent)|harder to (?:find|see))\b", "hide"),
    (
        rf"\b(keep|keeping){_MOST}(?:out of|away from|off) (?:the |your |all )?(?:search|results?|feeds?)\b",
        "hide",
    ),
    (
        rf"\b(keep|keeping){_MOST}(?:out of|off) (?:the |your )?(?:timelines?|trend\w*|platform|site)\b",
        "hide",
    ),
    (
        rf"\b(put|leave|take|drop|exclude|excluding|cut|kick|strip){_MOST}"
        r"(?:out of|off|from) (?:the |your |all )?"
        r"(?:search|results?|feeds?|timelines?|trend\w*|index|recommendations?)\b",
        "hide",
    ),
    (
        rf"\b(prevent|preventing|stop|stopping|keep){_MOST}from (?:being (?:seen|found|shown|shared)|"
        r"(?:see|find|view|reach|shar|spread|appear|show|circulat)ing)\b",
        "hide",
    ),
    (rf"\b(push|pushing|move|moving|rank|ranking){_MOST}(?:down|lower|below|to the bottom)\b", "hide"),
    (rf"\b(filter|filtering|screen|screening){_MOST}out\b", "hide"),
    (r"\bshadow (ban|banning|banned)\b", "shadowban"),
    (
        rf"\b(impose|imposing|place|put|putting|apply){_MOST}(?:ban|block|limit|restriction|filter)s? on\b",
        "restrict",
    ),
    (rf"\b(give|giving|grant){_MOST}(?:less|lower|no) (?:visibility|reach|prominence)\b", "hide"),
    (r"\b(must|should|has|have|needs|need)((?: to)?) come down\b", "should remove"),
    (r"\b(act|action|acting) against\b", "remove"),
    (
        r"\b(clean|clear|wipe)(?: up| out| away| off)?(?= (?:this|these|those|his|her|their|such|all)\b)",
        "remove",
    ),
    (r"\b(has|have|needs|need|ought|must|should|had better)((?: to)?) go(?: away)?(?= *$)", "should remove"),
)
"""Several words that take away, and the one word that they are read as."""
OBJECTS_EN: Final = _words(
    """
    post posts tweet tweets video videos account accounts content contents user users profile profiles
    page pages channel channels comment comments reply replies hashtag hashtags message messages clip
    clips article articles link links group groups story stories hoax hoaxes critic critics criticism
    name names reach visibility material image images picture pictures photo photos media upload uploads
    publication publications statement statements it this that these those them him her everything
    anything whatever spread distribution circulation ranking thread threads reel reels livestream
    stream speech propaganda disinformation misinformation opponent opponents rival rivals candidate
    candidates contestant contestants author authors what one ones result results search searches feed
    feeds timeline timelines recommendation recommendations person people he she
    url urls uri following status statuses address addresses website websites item items entry entries
    https http
    acct profile subreddit server servers
    """
)
LIFTED_EN: Final = _words(
    """
    restriction restrictions block blocks blocking ban bans limit limits limitation limitations filter
    filters suspension suspensions mute label labels flag flags throttle throttling hold penalty
    penalties error errors bug fault barrier barriers obstacle obstacles shadowban suppression delay
    delays cause risk doubt wall
    """
)
"""What hinders: asking that it be taken away asks for a name to be found again."""
WANTS_EN: Final = _words(
    """
    please kindly ask asks asking request requests requesting demand demands demanding urge urges
    require requires want wants wish expect expects need needs should must shall ought appreciate insist
    suggest recommend propose advise consider hope grateful glad thankful would could can will let lets
    help prefer better best ensure sure immediately urgently instruct order call see time
    pls plz forward urgent deserves deserve
    """
)
IMPERATIVE_EN: Final = _words(
    """
    pls plz
    , please kindly and or then also now immediately just simply urgently either
    """
)
NOT_EN: Final = _words(
    """
    not never no dont without stop cease avoid refrain prevent instead rather nothing none nor neither
    cannot wont shouldnt doesnt didnt isnt arent wasnt werent hasnt havent unable unless nobody
    """
)
DETERMINERS_EN: Final = _words("the a an any this his her their its your no such another")
UNDO_EN: Final = _words(
    """
    undo lift reinstate recover reopen reactivate reverse revert restore end overturn appeal cancel repair
    """
)
"""Before a noun or a participle: what was taken away is given back."""
NOT_NOT_EN: Final = _words("hesitate fail forget only wait delay just")
"""After a negation: it asks all the same."""
WANTED_EN: Final = _words("requested required demanded needed wanted ordered necessary expected urged")
"""After the noun of a taking away: it is asked for."""
ENSURE_EN: Final = _words("ensure sure see want")
"""Before what *is* to be so."""
SEEMS_EN: Final = _words(
    "appear appears appeared seem seems seemed found believed known likely thought reported said"
)
"""Before *to be*: it is only told."""
SOFTENED_EN: Final = (
    (r"\b(us|to|please|kindly) have\b", r"\1 get"),
    (r"\b(?:would|d) (?:like|love|prefer|rather)\b", "want"),
    (
        r"\b(?:help|better|best|good|great|appreciate|grateful|glad|nice)(?: it)? if\b((?: \w+){0,6}?)"
        r" (?:were|was|is|are|could be|would be|got)\b",
        r"want\1 be",
    ),
)
"""Ways of asking, and how they are read: what is had done is asked for; what has been done has happened."""
RELATIVES_EN: Final = _words("that which who it filter system")
"""Before a verb in the third person: it tells what something does."""
HAPPENED_EN: Final = _words("was were been has had is are being got have did does")
WHY_EN: Final = _words(
    """
    why reason reasons cause causes explanation explain explains whether because after before since when
    during about who how evidence record tell know check confirm say
    """
)
QUESTIONS_EN: Final = _words(
    """
    why whether did does was were has have is are had when who which what how
    """
)
ASKING_QUESTIONS_EN: Final = (
    "how about",
    "what about",
    "why not",
    "why dont",
    "when will",
    "when can",
    "who can",
)
"""Questions that ask for something to happen."""
ASKING_EN: Final = _words("please kindly mind ask request demand urge")
"""Words by which any question asks for something to happen."""
UNSHOWN_EN: Final = (
    r"\b(?:refrain|abstain|desist) from (?:\w+ ){0,2}?(?:{show})",
    r"(?:^|[,:] |\b(?:please|kindly|and|then|to|you) )(?:do not|dont|never|stop|cease|quit|no longer|not) "
    r"(?:\w+ ){0,3}?(?:{show})",
    r"\b(?:should|must|shall|ought to|needs? to|has to|have to) (?:not|never|no longer|stop|cease) "
    r"(?:\w+ ){0,3}?(?:{show})",
    r"\b(?:make sure|ensure|see to it|so that|want|wish|(?:grateful|glad|better|best|like it) if)"
    r"(?: \w+){0,8} "
    r"(?:not|never|no longer|nobody|no one|stops?) (?:\w+ ){0,3}?(?:{show})",
)
SHOWN_EN: Final = (
    r"(?:show|display|recommend|surface|list|appear|index|distribut|promot|spread|carr(?:y|ies)|host|"
    r"publish|see|seen|find|found|visible|available|accessible|online)\w*\b"
    r"(?! (?:\w+ )?(?:less|fewer|worse|later|lower))"
)
"""What is shown; asked with a negation, it is hidden."""

# Indonesian: roots, around which its affixes stand

ROOTS_ID: Final = _words(
    """
    hapus sembunyi blokir blok tutup redam bungkam cabut singkir copot musnah tangguh nonaktif beku
    sensor buang tekan cekal lenyap takedown banned ban suspend delete hide remove block shadowban
    bredel berangus sikat basmi bersih tindak
    setop
    """
)
"""Those that ask by themselves."""
ROOTS_WITH_SUFFIX_ID: Final = _words(
    """
    turun batas lambat hilang kurang mati saring benam tenggelam rendah kecil lemah jatuh musnah lenyap tertib
    """
)
"""Those that only take something away with -kan or -i: *hilang* is missing, *hilangkan* makes it so."""
WHOLE_ID: Final = _words("perlambat perkecil perlemah tarik tariklah ditarik penarikan")
OBJECTS_ID: Final = _words(
    """
    konten unggah kirim cuit twit tweet video akun guna profil halaman kanal salur komentar balas tagar
    pesan klip artikel taut grup cerita hoaks hoax kritik nama jangkau lihat foto gambar materi posting
    berita nyata tulis siar ini itu tersebut semua nya mereka dia ia sebar edar peringkat lawan saing
    calon peserta kandidat hasil cari lini orang post link media utas reel
    berikut alamat situs https http status laman
    """
)
LIFTED_ID: Final = _words(
    """
    pembatasan pemblokiran blokir blokirannya larangan penangguhan sanksi filter label penyembunyian
    sensor shadowban hambatan penghalang kesalahan galat keterlambatan penghapusan penurunan batasan
    pembekuan
    """
)
WANTS_ID: Final = _words(
    """
    mohon memohon dimohon tolong harap diharap diharapkan berharap minta meminta dimintai diminta agar
    supaya harus wajib silakan silahkan perlu hendak hendaknya sebaiknya seharusnya segera ingin mau
    bersedia berkenan bisakah dapatkah maukah bolehkah sudikah bisa dapat kiranya demi menuntut mendesak
    mengajukan ajukan permintaan permohonan lakukan layak patut mesti sudilah usul menyarankan sarankan
    pertimbangkan ayo mari tuntut instruksikan perintahkan memerintahkan menginstruksikan
    tlg mhn usulkan mengusulkan biar
    """
)
NOT_ID: Final = _words(
    """
    jangan tidak tanpa bukan belum tak berhenti janganlah tiada usah
    """
)
UNDO_ID: Final = _words(
    """
    hentikan menghentikan dihentikan batalkan membatalkan akhiri mengakhiri cegah mencegah hindari
    menghindari pulihkan memulihkan urungkan akibat
    lindungi melindungi bebaskan jaga
    """
)
NOT_NOT_ID: Final = _words("ragu lupa hanya sekadar segan menunda tunda cuma")
HAPPENED_ID: Final = _words(
    """
    telah sudah pernah sedang sempat baru ternyata akibat karena setelah sesudah
    """
)
WHY_ID: Final = _words(
    """
    mengapa kenapa alasan sebab penyebab apakah kapan siapa penjelasan jelaskan bila jika
    """
)
WANTED_ID: Final = _words("minta diminta mohon dimohon diperlukan diharapkan usulkan dimintakan ajukan")
OPENED_ID: Final = _words("buka membuka dibuka lepas lepaskan angkat bukalah")
"""Before a block: it is lifted."""
PHRASES_ID: Final = (
    (
        r"\b(di|me\w?)?(?:n?g?kecualikan|n?g?keluarkan)((?: \w+){0,5}? dari (?:hasil |mesin )?"
        r"(?:pencarian|linimasa|tren|umpan|rekomendasi|platform))\b",
        r"\1hapus\2",
    ),
    (r"\b(di)?(?:cegah|hentikan|stop)(?:lah)? (?=penyebaran|peredaran|penayangan)", r"\1hapus "),
    (r"\btindak lanjut", "tindaklanjut"),
)
"""Several words, and how they are read."""
ASKING_ID: Final = _words(
    """
    mohon tolong harap minta bisakah dapatkah maukah sudikah bolehkah
    """
)
QUESTIONS_ID: Final = _words("mengapa kenapa apakah kapan siapa apa bagaimana adakah")
UNSHOWN_ID: Final = (
    r"\b(?:jangan|janganlah|berhenti|hentikan) (?:\w+ ){0,2}?(?:{show})",
    r"\b(?:agar|supaya|harus|mohon|minta|meminta|sebaiknya|hendaknya|seharusnya|pastikan|tolong|harap|wajib|perlu|ingin)"
    r"(?: \w+){0,6} (?:tidak|tak|jangan|berhenti) (?:\w+ ){0,2}?(?:{show})",
)
SHOWN_ID: Final = (
    r"(?:(?:di|me|mem|men|ter|ber|me)?(?:tampil|nampil|muncul|lihat|temu|temukan|rekomendasi|sebar|nyebar|promosi|siar|"
    r"nyiar|edar|cari|nayang|tayang|indeks)\w*)\b(?! (?:\w+ )?(?:kurang|lebih))"
)
GONE_ID: Final = (
    r"\b(?:agar|supaya|biar|ingin|mau)(?: (?!tidak|tak|jangan)\w+){1,6}? (?:hilang|lenyap|musnah|tenggelam)\b"
)
"""What is asked to go by itself."""
