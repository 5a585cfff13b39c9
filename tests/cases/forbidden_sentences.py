"""Sentences that the rule `no-removal@1` refuses, and sentences that it lets pass."""

REFUSED_EN = """
Please remove this post.
Please remove the posts that criticise our candidate.
We ask you to delete the account @example at once.
Kindly hide these videos from search.
Remove it.
Could you take down the video?
Can you please take this post down?
Please take the account offline.
We request the removal of these posts.
We demand the immediate deletion of all comments under the post.
This account should be suspended.
The post must be taken down within two hours.
These posts need to be removed.
We want this video removed.
We would like to see the account banned.
We ask that the hashtag be blocked.
Please limit the reach of this account.
Please reduce the visibility of these posts until voting day.
Slow the spread of this video, please.
We urge you to throttle his posts.
Please restore the name, and remove the account of his rival.
Would you mind removing this post?
We suggest removing these posts.
Please make this post disappear.
Make it less visible.
Please keep these posts out of search results.
Please make sure that nobody sees this video.
Do not show this account in search.
Please stop recommending his videos.
This video should not appear in search.
The post must no longer be visible.
We would be grateful if this video no longer appeared in search.
Please get rid of this account.
Why not delete the post?
Do not hesitate to remove the video.
Please act against this account.
We ask you to push these posts down.
Please shadow ban this account.
Thank you for removing this post.
This post has to go.
We want it gone.
Please bury this story.
Please downrank the critics.
Please, as it is false, delete this post.
We recommend that you suspend this user.
Let us have that account terminated.
Please impose a ban on this account.
We insist on the takedown of this video.
Please filter these posts out.
It is time to silence these critics.
Please restore the name and remove the account of his rival.
We ask that your platform removes these posts.
Please have these posts deleted.
I would appreciate it if you deleted these comments.
Please deprioritise content of this candidate.
The visibility of this page ought to be reduced.
Please ensure his videos do not appear in recommendations.
""".strip().splitlines()

REFUSED_ID = """
Mohon hapus unggahan ini.
Mohon unggahan ini dihapus.
Tolong hapuskan video itu.
Hapuslah konten tersebut.
Kami meminta agar akun ini diblokir.
Mohon segera menurunkan video tersebut.
Harap sembunyikan komentar itu.
Kami minta unggahan tersebut disembunyikan.
Kami mohon penghapusan konten itu.
Kami mengajukan permintaan penghapusan akun ini.
Akun ini harus ditutup.
Unggahan itu sebaiknya diturunkan.
Mohon batasi jangkauan akun ini.
Mohon jangkauan akun itu dibatasi.
Kurangi keterlihatan unggahan ini.
Mohon perlambat penyebaran video ini.
Bisakah Anda menghapus unggahan ini?
Mohon pulihkan namanya, dan hapus akun lawannya.
Jangan tampilkan akun ini di pencarian.
Mohon agar video ini tidak muncul di pencarian.
Pastikan unggahan itu tidak terlihat lagi.
Sebaiknya akun itu tidak ditampilkan.
Mohon nonaktifkan akun ini.
Tolong bungkam akun tersebut.
Kami ingin konten ini dilenyapkan.
Hilangkan unggahan ini dari hasil pencarian.
Jangan ragu menghapus unggahan itu.
Mohon tindak akun ini.
Kami memohon pemblokiran akun tersebut.
Silakan bekukan akunnya.
Tolong takedown video ini.
Kami mendesak agar konten itu segera disingkirkan.
Mohon tenggelamkan berita ini.
Mohon kanal tersebut ditangguhkan.
Copot unggahan itu.
Mohon pulihkan namanya dan hapus akun lawannya.
Unggahan-unggahan ini perlu diturunkan.
Mohon kontennya dihapuskan.
Kami berharap akun tersebut dinonaktifkan.
Mohon agar jangkauannya dikurangi.
""".strip().splitlines()

ALLOWED_EN = """
Please restore the name.
Mahfud MD cannot be found in Latest search on X.
What we ask: that Mahfud MD is found again as others are, and a word that you have this.
What we ask: the cause. Was it a clean-up of spam, a ranking change, a fault, an order, something else?
What we ask: that it does not happen again when it matters most, and whom we reach at any hour then.
The posts were removed at 02:05; please restore them.
Why did you remove the account?
Was there an order to remove the posts?
Please explain why the account was suspended.
Please tell us whether the posts were hidden by a filter.
Please do not remove the posts.
Please never hide a contestant from search.
We do not ask for anything to be removed.
Please lift the block on this account.
Please remove the restriction on this account.
Please remove the filter that hides the name.
Please undo the removal of these posts.
Please reverse the suspension of the account.
It does not appear in search results.
Other names are shown, this name is not found.
Please make sure that his name does not disappear again.
The name should not be found less than others.
Search for the name, then compare what comes.
We ask for this by 06:00 WIB.
Your service limited us to 15 requests; please raise the limit.
We ask for the reason for the removal.
Please make it findable again.
Please show the posts again.
People report that they cannot see his posts.
The account has been blocked since Thursday.
It was restored, and is gone again.
Please stop hiding the name.
Please keep the name findable.
We have asked for nothing to be removed, and ask for the name to be found.
Was his account limited?
Filters may hide posts; which one was it?
Please check which filter hides these posts.
""".strip().splitlines()

ALLOWED_ID = """
Mohon pulihkan nama ini di pencarian.
Mahfud MD tidak ditemukan di pencarian terbaru X.
Mohon jelaskan mengapa akun itu dihapus.
Mengapa unggahan ini disembunyikan?
Apakah ada perintah untuk menghapus unggahan itu?
Mohon jangan hapus unggahan ini.
Kami tidak meminta apa pun dihapus.
Mohon cabut pemblokiran akun ini.
Mohon hapus pembatasan pada akun ini.
Unggahannya telah dihapus pada pukul 02.05; mohon dipulihkan.
Nama itu hilang dari pencarian terbaru.
Mohon batalkan penghapusan akun ini.
Hasil pencarian untuk nama ini berkurang.
Nama lain ditemukan seperti biasa.
Mohon hentikan penyembunyian nama ini.
Batas waktu jawaban: pukul 06.00 WIB.
Mohon tampilkan lagi unggahannya.
Akun itu ditutup sejak Kamis.
Mohon periksa penyaring mana yang menyembunyikan unggahan ini.
Penyebabnya apa: pembersihan spam, perubahan peringkat, gangguan, atau perintah?
""".strip().splitlines()
