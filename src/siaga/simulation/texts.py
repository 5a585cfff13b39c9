"""The words that simulated people write: short, harmless Indonesian sentences around a name."""

OPENINGS = (
    "Baru selesai baca kabar soal {name}",
    "Di warung tadi ramai membahas {name}",
    "Ada yang sudah lihat berita {name} hari ini?",
    "Teman kantor cerita panjang tentang {name}",
    "Lagi dengar siniar yang mengulas {name}",
    "Penasaran dengan kabar terbaru {name}",
    "Linimasa penuh dengan {name} sejak sore",
    "Catatan kecil saya tentang {name}",
    "Siapa yang nonton debat dan membahas {name} sesudahnya?",
    "Grup keluarga ramai lagi gara-gara {name}",
    "Menunggu liputan lengkap mengenai {name}",
    "Rangkuman singkat tentang {name} pekan ini",
    "Pertanyaan saya masih sama soal {name}",
    "Ketemu tulisan bagus tentang {name}",
    "Foto dari acara {name} kemarin bagus sekali",
    "Diskusi tentang {name} di kampus tadi seru",
)

ENDINGS = (
    "menurut kalian bagaimana?",
    "lumayan menambah wawasan.",
    "semoga sehat semua ya.",
    "nanti malam saya lanjutkan.",
    "tautannya menyusul.",
    "terima kasih sudah berbagi.",
    "saya simpan dulu untuk dibaca ulang.",
    "ternyata banyak yang belum tahu.",
    "jadi ingin baca lebih banyak.",
    "tetap santun ya kawan-kawan.",
    "istirahat dulu sebelum lanjut.",
    "besok kita bahas lagi.",
    "ringkas dan jelas.",
    "ada benarnya juga.",
    "bikin hari ini lebih berwarna.",
    "salam dari kampung halaman.",
)

REPLIES = (
    "Setuju, terima kasih infonya.",
    "Wah, baru tahu saya.",
    "Boleh minta sumbernya?",
    "Ikut menyimak.",
    "Saya lihat juga tadi pagi.",
    "Menarik, lanjutkan.",
    "Kalau menurut saya sedikit berbeda.",
    "Salam hangat dari Makassar.",
)

SPAM = (
    "{name} bonus harian klik profil kami {number}",
    "Promo kilat {name} hubungi admin nomor {number}",
    "{name} {name} ikuti akun ini dapat hadiah {number}",
    "Cek tautan di bio {name} kode {number}",
)

BESIDE_THE_POINT = (
    "Selamat pagi semuanya, semoga harimu lancar.",
    "Resep sayur asem hari ini berhasil juga.",
    "Kereta datang tepat waktu, senangnya.",
    "Tanaman di teras akhirnya berbunga.",
    "Jangan lupa minum air putih.",
    "Akhir pekan ini mau bersepeda ke mana?",
)

GIVEN_NAMES = (
    "Rina",
    "Budi",
    "Sari",
    "Agus",
    "Dewi",
    "Joko",
    "Putri",
    "Andi",
    "Maya",
    "Bayu",
    "Citra",
    "Dimas",
    "Fitri",
    "Galih",
    "Intan",
    "Yoga",
)

FAMILY_NAMES = (
    "Lestari",
    "Santoso",
    "Wijaya",
    "Permata",
    "Nugroho",
    "Handayani",
    "Kusuma",
    "Siregar",
    "Pratama",
    "Anggraini",
    "Saputra",
    "Utami",
)

ADMIRERS = (
    "Kawan {name}",
    "Kabar {name}",
    "Sahabat {name}",
    "Info {name}",
    "{name} Hari Ini",
    "Catatan {name}",
    "Ruang {name}",
    "Cerita {name}",
    "Komunitas {name}",
    "Pojok {name}",
    "Arsip {name}",
    "Galeri {name}",
)
"""Labels of accounts that carry a name without being it."""
