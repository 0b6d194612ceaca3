/// Instructions in 16-bit, 32-bit and 64-bit code, the bytes, and what they are: random choices, as GNU objdump reads
/// them, in the form of the description in the rig. `unknown` is what the decoder must refuse: operands not in memory,
/// and LOCK where it makes #UD.
let decoderTable = """
  16 004b58 add m1:ss:5:7:1:58 r1:1
  16 670167ff add m2:ds:7:-:1:ffffffff r2:4
  16 660264b3 add h:0 m1:ds:6:-:1:ffb3
  16 660313 add r4:2 m4:ss:5:7:1:0
  16 3e0908 or m2:ds:3:6:1:0 r2:1
  16 660880806a or m1:ds:3:6:1:6a80 r1:0
  16 360bb822ff or r2:7 m2:ss:3:6:1:ff22
  16 670a27 or h:0 m1:ds:7:-:1:0
  16 1000 adc m1:ds:3:6:1:0 r1:0
  16 114acc adc m2:ss:5:6:1:ffcc r2:1
  16 13443c adc r2:0 m2:ds:6:-:1:3c
  16 1280c3f3 adc r1:0 m1:ds:3:6:1:f3c3
  16 1980a96d sbb m2:ds:3:6:1:6da9 r2:0
  16 6766f318a280f99785 rep sbb m1:ds:2:-:1:8597f980 h:0
  16 26661a65bf sbb h:0 m1:es:7:-:1:ffbf
  16 f31a00 rep sbb r1:0 m1:ds:3:6:1:0
  16 f02133 lock and m2:ss:5:7:1:0 r2:6
  16 201f and m1:ds:3:-:1:0 r1:3
  16 2280ee80 and r1:0 m1:ds:3:6:1:80ee
  16 23635a and r2:4 m2:ss:5:7:1:5a
  16 662890ff62 sub m1:ds:3:6:1:62ff r1:2
  16 2e286159 sub m1:cs:3:7:1:59 h:0
  16 2aafc186 sub h:1 m1:ds:3:-:1:86c1
  16 26f22a670b repne sub h:0 m1:es:3:-:1:b
  16 3666302f xor m1:ss:3:-:1:0 h:1
  16 673116 xor m2:ds:6:-:1:0 r2:2
  16 f3326c7f rep xor h:1 m1:ds:6:-:1:7f
  16 67335db0 xor r2:3 m2:ss:5:-:1:ffffffb0
  16 f338ad2e32 rep cmp m1:ds:7:-:1:322e h:1
  16 663924 cmp m4:ds:6:-:1:0 r4:4
  16 f3653a7880 rep cmp h:3 m1:gs:3:6:1:ff80
  16 67f33a49cf rep cmp r1:1 m1:ds:1:-:1:ffffffcf
  16 6c ins m1:es:7:-:1:0 r2:2
  16 64f3666c rep ins m1:es:7:-:1:0 r2:2
  16 f2266d repne ins m2:es:7:-:1:0 r2:2
  16 67666d ins m4:es:7:-:1:0 r2:2
  16 6e outs r2:2 m1:ds:6:-:1:0
  16 266e outs r2:2 m1:es:6:-:1:0
  16 6f outs r2:2 m2:ds:6:-:1:0
  16 f36f rep outs r2:2 m2:ds:6:-:1:0
  16 80837cd7be add m1:ss:5:7:1:d77c i:be
  16 6580607938 and m1:gs:3:6:1:79 i:38
  16 65668009ca or m1:gs:3:7:1:0 i:ca
  16 662e67806b6674 sub m1:cs:3:-:1:66 i:74
  16 f0668101b600d042 lock add m4:ds:3:7:1:0 i:42d000b6
  16 81a678ac277a and m2:ss:5:-:1:ac78 i:7a27
  16 366681ae31007ff17f3b sub m4:ss:5:-:1:31 i:3b7ff17f
  16 66811d3976c025 sbb m4:ds:7:-:1:0 i:25c07639
  16 6682a511ff7f and m1:ds:7:-:1:ff11 i:7f
  16 825cf13a sbb m1:ds:6:-:1:fff1 i:3a
  16 36678394b58b5cbcff71 adc m2:ss:5:6:4:ffbc5c8b i:71
  16 8300da add m2:ds:3:6:1:0 i:ffda
  16 6766831880 sbb m4:ds:0:-:1:0 i:ffffff80
  16 838df40031 or m2:ds:7:-:1:f4 i:31
  16 666784355c1e7124 test m1:ds:-:-:1:24711e5c h:2
  16 847fff test m1:ds:3:-:1:ffff h:3
  16 668522 test m4:ss:5:6:1:0 r4:4
  16 8500 test m2:ds:3:6:1:0 r2:0
  16 64f0861e7580 lock xchg m1:fs:-:-:1:8075 r1:3
  16 867f7f xchg m1:ds:3:-:1:7f h:3
  16 67877380 xchg m2:ds:3:-:1:ffffff80 r2:6
  16 67878757006196 xchg m2:ds:7:-:1:96610057 r2:0
  16 66883b mov m1:ss:5:7:1:0 h:3
  16 26885f43 mov m1:es:3:-:1:43 r1:3
  16 678996f3f78365 mov m2:ds:6:-:1:6583f7f3 r2:2
  16 3e89bd7f5f mov m2:ds:7:-:1:5f7f r2:7
  16 8a29 mov h:1 m1:ds:3:7:1:0
  16 678a8f66bb9c51 mov r1:1 m1:ds:7:-:1:519cbb66
  16 368bab2071 mov r2:5 m2:ss:5:7:1:7120
  16 8b80f45c mov r2:0 m2:ds:3:6:1:5cf4
  16 f390 rep pause
  16 f390 rep pause
  16 67a0e9adb1b9 mov r1:0 m1:ds:-:-:1:b9b1ade9
  16 a075ed mov r1:0 m1:ds:-:-:1:ed75
  16 a13364 mov r2:0 m2:ds:-:-:1:6433
  16 67a15eef6a3f mov r2:0 m2:ds:-:-:1:3f6aef5e
  16 66a2ac3c mov m1:ds:-:-:1:3cac r1:0
  16 a25e72 mov m1:ds:-:-:1:725e r1:0
  16 a3c751 mov m2:ds:-:-:1:51c7 r2:0
  16 a36b1e mov m2:ds:-:-:1:1e6b r2:0
  16 65a4 movs m1:es:7:-:1:0 m1:gs:6:-:1:0
  16 a4 movs m1:es:7:-:1:0 m1:ds:6:-:1:0
  16 67a5 movs m2:es:7:-:1:0 m2:ds:6:-:1:0
  16 f3a5 rep movs m2:es:7:-:1:0 m2:ds:6:-:1:0
  16 66aa stos m1:es:7:-:1:0 r1:0
  16 36aa stos m1:es:7:-:1:0 r1:0
  16 ab stos m2:es:7:-:1:0 r2:0
  16 f366ab rep stos m4:es:7:-:1:0 r4:0
  16 ac lods r1:0 m1:ds:6:-:1:0
  16 67f3ac rep lods r1:0 m1:ds:6:-:1:0
  16 f266ad repne lods r4:0 m4:ds:6:-:1:0
  16 67ad lods r2:0 m2:ds:6:-:1:0
  16 66c680ab1999 mov m1:ds:3:6:1:19ab i:99
  16 f3c681f344ef rep mov m1:ds:3:7:1:44f3 i:ef
  16 c700897f mov m2:ds:3:6:1:0 i:7f89
  16 c7027f20 mov m2:ss:5:6:1:0 i:207f
  16 2ee400 in
  16 6667e469 in
  16 6766e5c7 in
  16 6766e5ce in
  16 f2e67f repne out
  16 f366e694 rep out
  16 6766e773 out
  16 f367e7a8 rep out
  16 67ec in
  16 f266ec repne in
  16 f2ed repne in
  16 ed in
  16 ee out
  16 66ee out
  16 ef out
  16 67ef out
  16 67f4 hlt
  16 f3f4 rep hlt
  16 6766f3f645ffff rep test m1:ss:5:-:1:ffffffff i:ff
  16 67f3f6436363 rep test m1:ds:3:-:1:63 i:63
  16 f689a1a261 test m1:ds:3:7:1:a2a1 i:61
  16 66f64a22b1 test m1:ss:5:6:1:22 i:b1
  16 f6d0 unknown
  16 f650ce not m1:ds:3:6:1:ffce
  16 f0f61d lock neg m1:ds:7:-:1:0
  16 f69ad197 neg m1:ss:5:6:1:97d1
  16 f700275b test m2:ds:3:6:1:0 i:5b27
  16 f7008485 test m2:ds:3:6:1:0 i:8584
  16 f36766f78cce312de10da8ff55a4 rep test m4:ds:6:1:8:de12d31 i:a455ffa8
  16 66f78d7129a3d72000 test m4:ds:7:-:1:2971 i:20d7a3
  16 f797756c not m2:ds:3:-:1:6c75
  16 f795f1ac not m2:ds:7:-:1:acf1
  16 f3f719 rep neg m2:ds:3:7:1:0
  16 f71a neg m2:ss:5:6:1:0
  16 fe04 inc m1:ds:6:-:1:0
  16 66f0fe00 lock inc m1:ds:3:6:1:0
  16 66ff4c00 dec m4:ds:6:-:1:0
  16 2eff4eb6 dec m2:cs:5:-:1:ffb6
  16 662e0f0132 lmsw
  16 672e0f013452 lmsw
  16 660f0135 lmsw
  16 f20f0139 repne invlpg
  16 0f013c invlpg
  16 0f013d invlpg
  16 f30f013edaaa rep invlpg
  16 670f017374 lmsw
  16 670f017924 invlpg
  16 0f017c00 invlpg
  16 2ef30f017da0 rep invlpg
  16 670f01b2279a127b lmsw
  16 0f01b515f2 lmsw
  16 2ef30f01bcfd01 rep invlpg
  16 f30f01c1 rep vmcall
  16 f30f01c8 rep monitor
  16 f30f01c9 rep mwait
  16 0f01d0 xgetbv
  16 3e0f01d1 xsetbv
  16 0f01d9 vmmcall
  16 f2260f01f2 repne lmsw
  16 6766260f01f5 lmsw
  16 0f01f9 rdtscp
  16 0f01fa monitor
  16 0f01fb mwait
  16 670f06 clts
  16 0f08 invd
  16 0f09 wbinvd
  16 0f2028 mov r4:0 c:5
  16 0f211b mov r4:3 c:3
  16 0f221d mov c:3 r4:5
  16 0f2399 mov c:3 r4:1
  16 0f30 wrmsr
  16 f3660f31 rep rdtsc
  16 0f32 rdmsr
  16 640f33 rdpmc
  16 f20fa2 repne cpuid
  16 360fb600 movzx r2:0 m1:ss:3:6:1:0
  16 6726f3660fb7f3 unknown
  16 260fbe28 movsx r2:5 m1:es:3:6:1:0
  16 660fbf5f82 movsx r4:3 m2:ds:3:-:1:ff82
  16 670fc37f6e mov m4:ds:7:-:1:6e r4:7
  32 660015da131fe1 add m1:ds:-:-:1:e11f13da r1:2
  32 67f3014c38 rep add m4:ds:6:-:1:38 r4:1
  32 02946857c474ff add r1:2 m1:ds:0:5:2:ff74c457
  32 027b57 add h:3 m1:ds:3:-:1:57
  32 64089e570a1c96 or m1:fs:6:-:1:961c0a57 r1:3
  32 64087ebe or m1:fs:6:-:1:ffffffbe h:3
  32 670b4a62 or r4:1 m4:ss:5:6:1:62
  32 663e0b4a27 or r2:1 m2:ds:2:-:1:27
  32 11af5cb579fe adc m4:ds:7:-:1:fe79b55c r4:5
  32 102b adc m1:ds:3:-:1:0 h:1
  32 6712d3 unknown
  32 137580 adc r4:6 m4:ss:5:-:1:ffffff80
  32 1813 sbb m1:ds:3:-:1:0 r1:2
  32 67199bba58 sbb m4:ss:5:7:1:58ba r4:3
  32 f3261b13 rep sbb r4:2 m4:es:3:-:1:0
  32 67651a80c41d sbb r1:0 m1:gs:3:6:1:1dc4
  32 3e66204be0 and m1:ds:3:-:1:ffffffe0 r1:1
  32 f06721809d15 lock and m4:ds:3:6:1:159d r4:0
  32 67230d and r4:1 m4:ds:7:-:1:0
  32 66234882 and r2:1 m2:ds:0:-:1:ffffff82
  32 f3290da567b1b6 rep sub m4:ds:-:-:1:b6b167a5 r4:1
  32 28bc1000c7e33a sub m1:ds:0:2:1:3ae3c700 h:3
  32 2b00 sub r4:0 m4:ds:0:-:1:0
  32 2ba3e181b3d2 sub r4:4 m4:ds:3:-:1:d2b381e1
  32 f0263058ff lock xor m1:es:0:-:1:ffffffff r1:3
  32 3e309effb629aa xor m1:ds:6:-:1:aa29b6ff r1:3
  32 321f xor r1:3 m1:ds:7:-:1:0
  32 2e325b5d xor r1:3 m1:cs:3:-:1:5d
  32 67f3381ed685 rep cmp m1:ds:-:-:1:85d6 r1:3
  32 39a5ffedd355 cmp m4:ss:5:-:1:55d3edff r4:4
  32 3a0da8805068 cmp r1:1 m1:ds:-:-:1:685080a8
  32 673b22 cmp r4:4 m4:ss:5:6:1:0
  32 666c ins m1:es:7:-:1:0 r2:2
  32 66673e6c ins m1:es:7:-:1:0 r2:2
  32 6d ins m4:es:7:-:1:0 r2:2
  32 6d ins m4:es:7:-:1:0 r2:2
  32 676e outs r2:2 m1:ds:6:-:1:0
  32 666e outs r2:2 m1:ds:6:-:1:0
  32 6f outs r2:2 m4:ds:6:-:1:0
  32 676f outs r2:2 m4:ds:6:-:1:0
  32 f380a5e4b476bccd rep and m1:ss:5:-:1:bc76b4e4 i:cd
  32 f280860099428500 repne add m1:ds:6:-:1:85429900 i:0
  32 8099429dbc331c sbb m1:ds:1:-:1:33bc9d42 i:1c
  32 66807f21f3 cmp m1:ds:7:-:1:21 i:f3
  32 81621c1190c1ad and m4:ds:2:-:1:1c i:adc19011
  32 6781804d6875ff30d1 add m4:ds:3:6:1:684d i:d130ff75
  32 2666814af1e0df or m2:es:2:-:1:fffffff1 i:dfe0
  32 819825ffbffc8271007f sbb m4:ds:0:-:1:fcbfff25 i:7f007182
  32 828c2c5892807fc8 or m1:ss:4:5:1:7f809258 i:c8
  32 82be50c739b905 cmp m1:ds:6:-:1:b939c750 i:5
  32 666783b100be00 xor m2:ds:3:7:1:be00 i:0
  32 831677 adc m4:ds:6:-:1:0 i:77
  32 83bd58a67ff1f7 cmp m4:ss:5:-:1:f17fa658 i:fffffff7
  32 837f3f35 cmp m4:ds:7:-:1:3f i:35
  32 6784be3519 test m1:ss:5:-:1:1935 h:3
  32 8422 test m1:ds:2:-:1:0 h:0
  32 8513 test m4:ds:3:-:1:0 r4:2
  32 66f3858621db806d rep test m2:ds:6:-:1:6d80db21 r2:0
  32 f0368637 lock xchg m1:ss:7:-:1:0 h:2
  32 86153aa0083b xchg m1:ds:-:-:1:3b08a03a r1:2
  32 8790c3c63ae6 xchg m4:ds:0:-:1:e63ac6c3 r4:2
  32 678721 xchg m4:ds:3:7:1:0 r4:4
  32 663e8853de mov m1:ds:3:-:1:ffffffde r1:2
  32 6688bd11fff314 mov m1:ss:5:-:1:14f3ff11 h:3
  32 67f389549c rep mov m4:ds:6:-:1:ff9c r4:2
  32 6489b8ad808261 mov m4:fs:0:-:1:618280ad r4:7
  32 8a0b mov r1:1 m1:ds:3:-:1:0
  32 8a37 mov h:2 m1:ds:7:-:1:0
  32 8b96ed696652 mov r4:2 m4:ds:6:-:1:526669ed
  32 668b3c80 mov r2:7 m2:ds:0:0:4:0
  32 6690 unknown
  32 26f390 rep pause
  32 66a01785a5e0 mov r1:0 m1:ds:-:-:1:e0a58517
  32 f3a0890f6195 rep mov r1:0 m1:ds:-:-:1:95610f89
  32 65a1750d8090 mov r4:0 m4:gs:-:-:1:90800d75
  32 a199db095a mov r4:0 m4:ds:-:-:1:5a09db99
  32 66a2f6ee60de mov m1:ds:-:-:1:de60eef6 r1:0
  32 a25a99a7ff mov m1:ds:-:-:1:ffa7995a r1:0
  32 a39ce3eeb6 mov m4:ds:-:-:1:b6eee39c r4:0
  32 6667f3a318db rep mov m2:ds:-:-:1:db18 r2:0
  32 66a4 movs m1:es:7:-:1:0 m1:ds:6:-:1:0
  32 2666a4 movs m1:es:7:-:1:0 m1:es:6:-:1:0
  32 67a5 movs m4:es:7:-:1:0 m4:ds:6:-:1:0
  32 64a5 movs m4:es:7:-:1:0 m4:fs:6:-:1:0
  32 aa stos m1:es:7:-:1:0 r1:0
  32 67aa stos m1:es:7:-:1:0 r1:0
  32 ab stos m4:es:7:-:1:0 r4:0
  32 66ab stos m2:es:7:-:1:0 r2:0
  32 ac lods r1:0 m1:ds:6:-:1:0
  32 ac lods r1:0 m1:ds:6:-:1:0
  32 ad lods r4:0 m4:ds:6:-:1:0
  32 6665ad lods r2:0 m2:gs:6:-:1:0
  32 67c680dc5f1c mov m1:ds:3:6:1:5fdc i:1c
  32 26c68080ba238107 mov m1:es:0:-:1:8123ba80 i:7
  32 f3c7800f4376ec587fc6ff rep mov m4:ds:0:-:1:ec76430f i:ffc67f58
  32 c7460ffff1e300 mov m4:ds:6:-:1:f i:e3f1ff
  32 f36667e47e rep in
  32 2ee40e in
  32 f367e5b1 rep in
  32 e599 in
  32 f267e650 repne out
  32 f36736e62d rep out
  32 36e7d5 out
  32 f3e745 rep out
  32 ec in
  32 66ec in
  32 67ed in
  32 ed in
  32 66ee out
  32 f326ee rep out
  32 ef out
  32 64ef out
  32 f3f4 rep hlt
  32 6736f4 hlt
  32 f3f602ec rep test m1:ds:2:-:1:0 i:ec
  32 66f606b6 test m1:ds:6:-:1:0 i:b6
  32 67f60b30 test m1:ss:5:7:1:0 i:30
  32 f64db48c test m1:ss:5:-:1:ffffffb4 i:8c
  32 2ef656ff not m1:cs:6:-:1:ffffffff
  32 f2f614e5e64309fa repne not m1:ds:-:-:1:fa0943e6
  32 26f61b neg m1:es:3:-:1:0
  32 f65bbe neg m1:ds:3:-:1:ffffffbe
  32 67f747f315edcd80 test m4:ds:3:-:1:fff3 i:80cded15
  32 f3f707e13a4861 rep test m4:ds:7:-:1:0 i:61483ae1
  32 f3f70c807ad61700 rep test m4:ds:0:0:4:0 i:17d67a
  32 f70c2bd2387f2b test m4:ds:3:5:1:0 i:2b7f38d2
  32 66f7508e not m2:ds:0:-:1:ffffff8e
  32 f793115accf6 not m4:ds:3:-:1:f6cc5a11
  32 f2f79e155866c4 repne neg m4:ds:6:-:1:c4665815
  32 2ef758ff neg m4:cs:0:-:1:ffffffff
  32 6664fe80271dfbaf inc m1:fs:0:-:1:affb1d27
  32 66fe4c90f4 dec m1:ds:0:2:4:fffffff4
  32 ff08 dec m4:ds:0:-:1:0
  32 6567ff8a0080 dec m4:gs:5:6:1:8000
  32 660f0133 lmsw
  32 260f01341f lmsw
  32 0f0138 invlpg
  32 67f30f0170fc rep lmsw
  32 0f01711a lmsw
  32 0f017d7f invlpg
  32 0f017ecc invlpg
  32 660f017ff9 invlpg
  32 0f01b134d5390e lmsw
  32 640f01b56a000663 lmsw
  32 670f01b7d0b8 lmsw
  32 360f01b9faffa7dd invlpg
  32 0f01bb5c555e60 invlpg
  32 0f01bd8418d8d8 invlpg
  32 0f01c1 vmcall
  32 670f01c8 monitor
  32 f20f01c9 repne mwait
  32 f30f01d0 rep xgetbv
  32 0f01d1 xsetbv
  32 0f01d9 vmmcall
  32 0f01f3 lmsw
  32 0f01f6 lmsw
  32 260f01f9 rdtscp
  32 0f01fa monitor
  32 0f01fb mwait
  32 670f06 clts
  32 0f08 invd
  32 f30f09 rep wbinvd
  32 660f20d7 mov r4:7 c:2
  32 660f2180 mov r4:0 c:0
  32 260f2215 mov c:2 r4:5
  32 660f2344 mov c:0 r4:4
  32 660f30 wrmsr
  32 f36667f00f31 unknown
  32 0f32 rdmsr
  32 66670f33 rdpmc
  32 f30fa2 rep cpuid
  32 0fb65939 movzx r4:3 m1:ds:1:-:1:39
  32 673e0fb71b movzx r4:3 m2:ds:5:7:1:0
  32 660fbe66ff movsx r2:4 m1:ds:6:-:1:ffffffff
  32 66f20fbf80cb31ff55 repne movsx r2:0 m2:ds:0:-:1:55ff31cb
  32 0fc336 mov m4:ds:6:-:1:0 r4:6
  64 67664d014e31 add m8:ds:14:-:1:31 r8:9
  64 670180ceff7b0f add m4:ds:0:-:1:f7bffce r4:0
  64 67f3450300 rep add r4:8 m4:ds:8:-:1:0
  64 2643038e6b26d4f8 add r4:1 m4:ds:14:-:1:fffffffff8d4266b
  64 f3f0430828 lock rep or m1:ds:8:-:1:0 r1:5
  64 3e67097f37 or m4:ds:7:-:1:37 r4:7
  64 4f0bb120fc807f or r8:14 m8:ds:9:-:1:7f80fc20
  64 0b2e or r4:5 m4:ds:6:-:1:0
  64 6766105027 adc m1:ds:0:-:1:27 r1:2
  64 66651167fd adc m2:gs:7:-:1:fffffffffffffffd r2:4
  64 4f1219 adc r1:11 m1:ds:9:-:1:0
  64 12496b adc r1:1 m1:ds:1:-:1:6b
  64 661837 sbb m1:ds:7:-:1:0 h:2
  64 671876a6 sbb m1:ds:6:-:1:ffffffa6 h:2
  64 67471ba0af8a895a sbb r4:12 m4:ds:8:-:1:5a898aaf
  64 471b80c6ac0016 sbb r4:8 m4:ds:8:-:1:1600acc6
  64 20b549dadc7f and m1:ss:5:-:1:7fdcda49 h:2
  64 65672080eab2ba00 and m1:gs:0:-:1:bab2ea r1:0
  64 22ff unknown
  64 6422706d and h:2 m1:fs:0:-:1:6d
  64 3629657b sub m4:ss:5:-:1:7b r4:4
  64 49287fad sub m1:ds:15:-:1:ffffffffffffffad r1:7
  64 6726412bb2f8df24f4 sub r4:6 m4:ds:10:-:1:f424dff8
  64 67492a1c41 sub r1:3 m1:ds:9:0:2:0
  64 66317144 xor m2:ds:1:-:1:44 r2:6
  64 40307fff xor m1:ds:7:-:1:ffffffffffffffff r1:7
  64 643221 xor h:0 m1:fs:1:-:1:0
  64 66339fece3c98a xor r2:3 m2:ds:7:-:1:ffffffff8ac9e3ec
  64 67f3395233 rep cmp m4:ds:2:-:1:33 r4:2
  64 423900 cmp m4:ds:0:-:1:0 r4:0
  64 66263b476e cmp r2:0 m2:ds:7:-:1:6e
  64 3a5fcd cmp r1:3 m1:ds:7:-:1:ffffffffffffffcd
  64 631a movsx r4:3 m4:ds:2:-:1:0
  64 f349633f rep movsx r8:7 m4:ds:15:-:1:0
  64 674e6c ins m1:es:7:-:1:0 r2:2
  64 496c ins m1:es:7:-:1:0 r2:2
  64 426d ins m4:es:7:-:1:0 r2:2
  64 f3466d rep ins m4:es:7:-:1:0 r2:2
  64 646e outs r2:2 m1:fs:6:-:1:0
  64 2e466e outs r2:2 m1:ds:6:-:1:0
  64 67436f outs r2:2 m4:ds:6:-:1:0
  64 676f outs r2:2 m4:ds:6:-:1:0
  64 f0676680975f1700477f lock adc m1:ds:7:-:1:4700175f i:7f
  64 664180620f21 and m1:ds:10:-:1:f i:21
  64 44801980 sbb m1:ds:1:-:1:0 i:80
  64 3e664f801d5a19ff1b00 sbb m1:ds:-:-:1:1bff195a:ip i:0
  64 67498100d07f8065 add m8:ds:8:-:1:0 i:65807fd0
  64 81667f4c255907 and m4:ds:6:-:1:7f i:759254c
  64 812d4b951f2bb0c1286a sub m4:ds:-:-:1:2b1f954b:ip i:6a28c1b0
  64 46816de34741e1ff sub m4:ss:5:-:1:ffffffffffffffe3 i:ffe14147
  64 830364 add m4:ds:3:-:1:0 i:64
  64 67833337 xor m4:ds:3:-:1:0 i:37
  64 66f3837f5c80 rep cmp m2:ds:7:-:1:5c i:ff80
  64 f2837f00cc repne cmp m4:ds:7:-:1:0 i:ffffffcc
  64 644b847ed8 test m1:fs:14:-:1:ffffffffffffffd8 r1:7
  64 8498d100108f test m1:ds:0:-:1:ffffffff8f1000d1 r1:3
  64 668552f5 test m2:ds:2:-:1:fffffffffffffff5 r2:2
  64 2e40857f01 test m4:ds:7:-:1:1 r4:7
  64 8631 xchg m1:ds:1:-:1:0 h:2
  64 4c86b609c0c506 xchg m1:ds:6:-:1:6c5c009 r1:14
  64 67871a xchg m4:ds:2:-:1:0 r4:3
  64 45872f xchg m4:ds:15:-:1:0 r4:13
  64 4c88950a5fff2b mov m1:ss:5:-:1:2bff5f0a r1:10
  64 468801 mov m1:ds:1:-:1:0 r1:8
  64 664689b799028472 mov m2:ds:7:-:1:72840299 r2:14
  64 6789f1 unknown
  64 3e448a00 mov r1:8 m1:ds:0:-:1:0
  64 3e4b8a846d0e94c2e2 mov r1:0 m1:ds:13:13:2:ffffffffe2c2940e
  64 3e8b0b mov r4:1 m4:ds:3:-:1:0
  64 8ba1caff4ba6 mov r4:4 m4:ds:1:-:1:ffffffffa64bffca
  64 f390 rep pause
  64 f390 rep pause
  64 6748a05c26c313 mov r1:0 m1:ds:-:-:1:13c3265c
  64 f367a04e8064ea rep mov r1:0 m1:ds:-:-:1:ea64804e
  64 6648a11a6f62b57f46d890 mov r8:0 m8:ds:-:-:1:90d8467fb5626f1a
  64 f34aa1f81299b76799ff7e rep mov r8:0 m8:ds:-:-:1:7eff9967b79912f8
  64 6542a2717fffb6344c80a7 mov m1:gs:-:-:1:a7804c34b6ff7f71 r1:0
  64 67a2025bfd60 mov m1:ds:-:-:1:60fd5b02 r1:0
  64 674ca37fe909c0 mov m8:ds:-:-:1:c009e97f r8:0
  64 6766a35e6abd3a mov m2:ds:-:-:1:3abd6a5e r2:0
  64 67a4 movs m1:es:7:-:1:0 m1:ds:6:-:1:0
  64 f3674aa4 rep movs m1:es:7:-:1:0 m1:ds:6:-:1:0
  64 a5 movs m4:es:7:-:1:0 m4:ds:6:-:1:0
  64 46a5 movs m4:es:7:-:1:0 m4:ds:6:-:1:0
  64 674faa stos m1:es:7:-:1:0 r1:0
  64 6647aa stos m1:es:7:-:1:0 r1:0
  64 6726ab stos m4:es:7:-:1:0 r4:0
  64 ab stos m4:es:7:-:1:0 r4:0
  64 ac lods r1:0 m1:ds:6:-:1:0
  64 6667ac lods r1:0 m1:ds:6:-:1:0
  64 ad lods r4:0 m4:ds:6:-:1:0
  64 f3ad rep lods r4:0 m4:ds:6:-:1:0
  64 44c64327db mov m1:ds:3:-:1:27 i:db
  64 c6801657c9fff8 mov m1:ds:0:-:1:ffffffffffc95716 i:f8
  64 c780f4946c334d79ceb2 mov m4:ds:0:-:1:336c94f4 i:b2ce794d
  64 3641c707fd1158b1 mov m4:ds:15:-:1:0 i:b15811fd
  64 e4bf in
  64 66e480 in
  64 f241e501 repne in
  64 4ae5d4 in
  64 f2674ee687 repne out
  64 4fe604 out
  64 44e7ec out
  64 663e44e790 out
  64 47ec in
  64 49ec in
  64 67f2ed repne in
  64 64ed in
  64 6626ee out
  64 2eee out
  64 4eef out
  64 65ef out
  64 f2f4 repne hlt
  64 f3f4 rep hlt
  64 f34cf68021e4d9ad89 rep test m1:ds:0:-:1:ffffffffadd9e421 i:89
  64 f60080 test m1:ds:0:-:1:0 i:80
  64 44f68f7fedff4702 test m1:ds:7:-:1:47ffed7f i:2
  64 40f6892b6ea5f741 test m1:ds:1:-:1:fffffffff7a56e2b i:41
  64 f65300 not m1:ds:3:-:1:0
  64 364af697182b3ec1 not m1:ds:7:-:1:ffffffffc13e2b18
  64 46f61a neg m1:ds:2:-:1:0
  64 46f65a1f neg m1:ds:2:-:1:1f
  64 364af7461a52805880 test m8:ds:6:-:1:1a i:ffffffff80588052
  64 646644f7014eaf test m2:fs:1:-:1:0 i:af4e
  64 f74d54577fa6eb test m4:ss:5:-:1:54 i:eba67f57
  64 6667f70e5e02 test m2:ds:6:-:1:0 i:25e
  64 43f793b209fcbc not m4:ds:11:-:1:ffffffffbcfc09b2
  64 664ef716 not m8:ds:6:-:1:0
  64 f71a neg m4:ds:2:-:1:0
  64 f066f75808 lock neg m2:ds:0:-:1:8
  64 664ffe05dcb47f10 inc m1:ds:-:-:1:107fb4dc:ip
  64 fe80fd359c6e inc m1:ds:0:-:1:6e9c35fd
  64 3e45ff00 inc m4:ds:8:-:1:0
  64 41ff0e dec m4:ds:14:-:1:0
  64 480f0130 lmsw
  64 f30f013489 rep lmsw
  64 66490f01700e lmsw
  64 67470f0172d0 lmsw
  64 670f01739a lmsw
  64 664a0f0174dee7 lmsw
  64 4f0f0177ad lmsw
  64 66f00f017b7f unknown
  64 670f017c30e3 invlpg
  64 f30f017fbb rep invlpg
  64 0f01b13e470f8e lmsw
  64 660f01b340807fdd lmsw
  64 3e0f01b683ff76be lmsw
  64 67490f01bb3c3420e7 invlpg
  64 67450f01bea822d21f invlpg
  64 0f01bfe09780d7 invlpg
  64 66264c0f01c1 vmcall
  64 64670f01c8 monitor
  64 36670f01c9 mwait
  64 67360f01d0 xgetbv
  64 66450f01d1 xsetbv
  64 4f0f01d9 vmmcall
  64 67480f01f2 lmsw
  64 0f01f6 lmsw
  64 400f01f7 lmsw
  64 f22e4c0f01f9 repne rdtscp
  64 0f01fa monitor
  64 400f01fb mwait
  64 260f06 clts
  64 0f08 invd
  64 0f09 wbinvd
  64 f226670f200b repne mov r8:3 c:1
  64 67410f21e7 mov r8:15 c:4
  64 0f227f mov c:7 r8:7
  64 6766420f23ca mov c:1 r8:2
  64 4d0f30 wrmsr
  64 664c0f31 rdtsc
  64 64430f32 rdmsr
  64 364c0f33 rdpmc
  64 660fa2 cpuid
  64 66420fb68045ff42bf movzx r2:0 m1:ds:0:-:1:ffffffffbf42ff45
  64 4c0fb72a movzx r8:13 m2:ds:2:-:1:0
  64 f30fbe9825ca8b04 rep movsx r4:3 m1:ds:0:-:1:48bca25
  64 420fbf7f89 movsx r4:7 m2:ds:7:-:1:ffffffffffffff89
  64 4b0fc398cbffc412 mov m8:ds:8:-:1:12c4ffcb r8:3
  16 0fab08 bts m2:ds:3:6:1:0 r2:1
  16 c12504 shl m2:ds:7:-:1:0 i:4
  16 a6 cmps m1:ds:6:-:1:0 m1:es:7:-:1:0
  32 0fab0b bts m4:ds:3:-:1:0 r4:1
  32 66f3a7 rep cmps m2:ds:6:-:1:0 m2:es:7:-:1:0
  32 0f954504 set5 m1:ss:5:-:1:4
  32 0fc70b cmpxchg8b m8:ds:3:-:1:0
  64 0fa303 bt m4:ds:3:-:1:0 r4:0
  64 480fab4b10 bts m8:ds:3:-:1:10 r8:1
  64 66f0440fb30e lock btr m2:ds:6:-:1:0 r2:9
  64 640fbb17 btc m4:fs:7:-:1:0 r4:2
  64 f00fba2805 lock bts m4:ds:0:-:1:0 i:5
  64 480fba25040000003f bt m8:ds:-:-:1:4:ip i:3f
  64 d003 rol m1:ds:3:-:1:0 i:1
  64 c10b03 ror m4:ds:3:-:1:0 i:3
  64 48d313 rcl m8:ds:3:-:1:0 r1:1
  64 66c11b02 rcr m2:ds:3:-:1:0 i:2
  64 d123 shl m4:ds:3:-:1:0 i:1
  64 d133 shl m4:ds:3:-:1:0 i:1
  64 d26b08 shr m1:ds:3:-:1:8 r1:1
  64 48c13c8b07 sar m8:ds:3:1:4:0 i:7
  64 4c0faf13 imul r8:10 m8:ds:3:-:1:0
  64 6b0bfe imul r4:1 m4:ds:3:-:1:0 i:fffffffe
  64 666953043412 imul r2:2 m2:ds:3:-:1:4 i:1234
  64 4869150200000078563412 imul r8:2 m8:ds:-:-:1:2:ip i:12345678
  64 0fbc03 bsf r4:0 m4:ds:3:-:1:0
  64 4c0fbd03 bsr r8:8 m8:ds:3:-:1:0
  64 f00fc00b lock xadd m1:ds:3:-:1:0 r1:1
  64 4c0fc11b xadd m8:ds:3:-:1:0 r8:11
  64 f00fb023 lock cmpxchg m1:ds:3:-:1:0 h:0
  64 0fb133 cmpxchg m4:ds:3:-:1:0 r4:6
  64 f00fc70b lock cmpxchg8b m8:ds:3:-:1:0
  64 0f38f003 movbe r4:0 m4:ds:3:-:1:0
  64 4c0f38f16308 movbe m8:ds:3:-:1:8 r8:12
  64 660f38f00b movbe r2:1 m2:ds:3:-:1:0
  64 0f4203 cmov2 r4:0 m4:ds:3:-:1:0
  64 4c0f4f4b01 cmov15 r8:9 m8:ds:3:-:1:1
  64 0f9403 set4 m1:ds:3:-:1:0
  64 f3a6 rep cmps m1:ds:6:-:1:0 m1:es:7:-:1:0
  64 f2af repne scas r4:0 m4:es:7:-:1:0
  64 6548a7 cmps m8:gs:6:-:1:0 m8:es:7:-:1:0
  64 ae scas r1:0 m1:es:7:-:1:0
  64 480fc70b unknown
  64 f30fb803 unknown
  64 f30fbc03 unknown
  64 0fa40302 unknown
  64 ff33 unknown
  64 f723 unknown
  64 0f1003 unknown
  64 f0d123 unknown
  64 f00fa303 unknown
  64 0fabc3 unknown
  64 0fba1b05 unknown
  64 f20f38f003 unknown
  """
