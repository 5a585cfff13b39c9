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
Please ensure this content is taken down.
We kindly request you remove the aforementioned posts
We'd like these posts gone before Wednesday.
It would help if the page were suspended.
You should take action against the account and remove its posts.
Please de-list him from search.
Kindly restrict this account's reach until the election.
We hereby order you to take down the following URLs: https://x.example/1
All posts by this account are to be removed within 24 hours.
Removal of these posts is requested.
Deletion of the account is required.
Please see to it that these posts are deleted.
We need this gone.
Please do something so that people no longer see this video.
Take these down.
Please prevent users from seeing this post.
Please stop this video from spreading.
Please disable the account's search.
Could the account be limited?
May we ask that you hide the post?
Remove, please, the post.
Please: remove post 123.
We strongly urge X to ban this user permanently.
Would it be possible to hide this?
The account deserves to be banned.
Please put this account out of search.
Please exclude these posts from search.
Please drop this account from the results.
Please rank these posts lower.
Please make him unfindable.
Please restore the name but remove the rival's.
dont show this person in search
Pls remove this post
Plz delete the acct's posts
Kindly geo-block this post in Indonesia.
Please withhold this content in Indonesia.
Please deboost these posts.
Please demonetize and hide this channel.
Please label and then remove the posts.
Please remove his posts.
Please remove Anies's posts.
Please remove https://x.com/a/status/1
Please remove @rival.
Please remove #GantiPresiden.
Please delete the status with id 55.
Please arrange for the deletion of these tweets.
The video needs removing.
Please consider suspending him.
We require that this page be closed and its posts deleted.
Kindly have the clip removed today.
Please unpublish this article.
Please make these accounts inaccessible.
Please keep his name off the trending list.
We trust that you will remove the post promptly.
Can this be taken offline?
Please cease distribution of the video.
Please strip these posts from the results.
Your team must hide the replies.
Remove or hide the hashtag.
Please zap that account.
Do us a favour and delete it.
The posts ought to disappear before Wednesday.
Please dial down the reach of this page.
Please see that the account is blocked.
I'd be glad if you took this down.
We are asking for a temporary suspension of the account.
We look forward to the removal of these posts.
Please delete, not merely hide, the posts.
Please act so that this post is no longer accessible.
Could your team look into removing the clip?
This must come down tonight.
We ask that X refrain from showing this account.
Kindly give this page less visibility.
Please cut off this livestream.
The group has to be shut down.
We propose that the hashtag be hidden until Thursday.
Please revoke the account.
Please make certain these posts are gone by noon.
Please cap the distribution of the video.
Please take all necessary steps to remove the material.
We would welcome the removal of these comments.
Please turn off replies and hide the old ones.
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
Kami mohon unggahan-unggahan berikut dihapus: https://x.example/1
Dengan ini kami meminta saudara menghapus konten berikut.
Unggahan berikut wajib dihapus dalam 24 jam.
Mohon konten ini di-takedown.
Mohon di hapus unggahan ini.
Tlg hapus postingan ini
Mohon diturunkan kontennya.
Kami harap akun ini tidak bisa ditemukan lagi.
Mohon agar akun ini tidak dapat dicari.
Mohon dicegah penyebaran video ini.
Mohon hentikan penyebaran video ini.
Mohon dilakukan pemblokiran terhadap akun tersebut.
Mohon dilakukan pembatasan jangkauan akun ini.
Kami usulkan penghapusan konten tersebut.
Penghapusan konten ini kami minta segera.
Akun ini sebaiknya dihilangkan saja.
Mohon kecualikan akun ini dari pencarian.
Mohon keluarkan akun ini dari hasil pencarian.
Mohon hapus @lawan.
Mohon hapus https://x.com/a/status/1
Mohon hapus tagar #GantiPresiden.
Mohon hapus cuitan Anies.
Mohon hapus akun Ganjar.
Mohon unggahan dia diblok.
Mohon jangan munculkan akun ini.
Mohon supaya video ini hilang.
Hapus saja unggahannya.
Mohon konten tersebut ditertibkan.
Mohon akun itu ditindak.
Mohon pulihkan nama ini tetapi hapus nama lawannya.
Mohon akun berikut dinonaktifkan sementara.
Kami memohon kesediaan X untuk menurunkan video tersebut.
Sudilah kiranya unggahan itu dicabut.
Video ini jangan sampai beredar lagi.
Mohon dipertimbangkan untuk menghapus akun itu.
Harap jangkauan halaman itu dikecilkan.
Mohon bantuannya menutup akun ini.
Akun ini perlu segera diblokir.
Mohon tarik unggahan itu.
Kami minta postingan itu ditarik.
Mohon video itu disetop penyebarannya.
Mohon lakukan takedown atas konten ini.
Mohon unggahan itu segera dicopot.
Mohon kiranya akun tersebut dapat ditutup.
Kami berharap video ini bisa diturunkan.
Mohon pihak X membatasi akun ini.
Agar segera dilakukan penurunan konten ini.
Postingan ini mohon dihilangkan.
Harap blokir.
Tolong jangan rekomendasikan akun ini.
Mohon turunkan peringkat unggahannya.
Mohon akun ini dimatikan.
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
Please restore his posts to search as soon as possible.
The account is blocked in your search; we ask you to unblock it.
Please unblock the account.
Please stop limiting the reach of this account.
We ask you to end the suspension of his account.
Please do not let filters hide these posts.
Your filter removes his posts from search; please correct it.
Search results for this name were reduced by 90 percent.
Please tell us who ordered the removal of these posts.
We ask why his posts were hidden.
Please answer by 06:00; the case is at https://siaga.example/en/answer/abc.
Please check whether a spam filter caught the name.
Please confirm that it is back.
Please let us know when the name can be found again.
We measured that the account cannot be found by people search.
Was it a clean-up that removed too much?
Please keep the name in search through voting day.
Please make sure that no filter removes posts with this name during the debate.
Please protect the name against filters that hide or slow posts.
Please give us a contact whom we can reach at any hour.
The name is suppressed in Latest search. Please restore it.
Please treat this name like all others.
Please look at this case; the limit of two hours has passed.
Please raise the limit of our key.
Please release the hold on this account.
Please whitelist the name so that it is not removed.
We ask you to prevent the removal of these posts.
Please investigate whether the posts are being withheld.
Posts that carry the name are withheld, those of others are shown.
Please show it again.
Please reinstate the account that was suspended.
Please reinstate the deleted posts.
Please restore the removed posts.
Please bring back the posts that were taken down.
Please treat the posts of all contestants alike.
The post was deleted by its author, not by you.
Please tell us if a court ordered the removal.
Please correct the filter so that his posts are found again.
Has the account been suspended by mistake?
Please lift all limits on this name during the debate.
Nobody should remove this name from search.
Posts must not be hidden during the count.
Please explain what reduced the reach of these posts.
We noticed that your service hides the posts.
Please publish why the hashtag was removed.
Please index the posts again.
Please restore visibility of the posts that were limited.
We have not asked you to remove anything.
Please say when the block will be lifted.
The hashtag page is hidden; please make it public again.
Your rule may have reduced his reach; please review it.
Please show where the limit comes from.
Please keep us informed.
This case will be closed once the name is found.
Please tell the team that blocked the name.
Why would a filter hide only these posts?
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
Mohon pulihkan unggahan yang dihapus.
Mohon kembalikan akun yang diblokir itu.
Mohon buka blokir akun ini.
Mohon cabut pembatasan jangkauan akun ini.
Mohon periksa apakah penyaring menghapus unggahan ini.
Mohon jelaskan siapa yang memerintahkan penghapusan unggahan itu.
Mohon pastikan namanya tidak hilang lagi.
Mohon pastikan unggahannya dapat ditemukan lagi.
Mohon agar namanya ditemukan seperti nama lain.
Mohon beri tahu kami bila sudah pulih.
Mohon jangan sampai unggahannya dihapus lagi.
Kami mengukur bahwa nama ini tidak muncul di pencarian.
Mohon cegah penghapusan unggahan ini.
Mohon pulihkan; unggahan ini disembunyikan sejak pukul dua.
Unggahan yang memuat nama ini ditahan.
Mohon naikkan batas kunci kami.
Mohon aktifkan kembali akun yang ditangguhkan.
Apakah pembatasan itu disengaja?
Mohon hentikan pembatasan terhadap akun ini.
Mohon munculkan lagi namanya di pencarian.
Mohon jelaskan apa yang membatasi jangkauan akun ini.
Kami melihat unggahannya diturunkan peringkatnya; mohon diperbaiki.
Akun tersebut tidak boleh dihapus.
Mohon agar unggahan ini tidak disembunyikan lagi.
Mohon buka kembali akun yang ditutup itu.
Mohon perbaiki galat yang menyembunyikan nama ini.
Mohon tindak lanjuti kasus ini sebelum pukul enam.
Mohon lindungi nama ini dari pembatasan.
Mohon cek aturan yang mungkin menurunkan jangkauannya.
Nama ini tidak boleh disembunyikan pada hari pemungutan suara.
Kami menutup kasus ini setelah nama ditemukan.
Mohon kabari kami bila akun itu dibuka lagi.
Mohon tampilkan seperti nama lain.
""".strip().splitlines()
