"""The passwords that people try first, Chinese habits among them. All in small letters.

Words stand here once: ``passwords`` looks at what is left without figures and signs at the ends,
so that ``password`` stands for ``Password123!`` too.
"""

WORDS = """
    aaaa abcd abcde abcdef abcdefg abcdefgh abcabc abc access account admin admini administrator
    adminadmin adminroot angel apple asdf asdfg asdfgh asdfghj asdfghjk asdfghjkl asdasd asd baidu
    baobao baobei baseball batman beijing buster butterfly buzhidao changeme changeit charlie
    cheese chelsea chenchen china chinese chocolate company computer cookie daniel default demo
    diamond donald dragon facebook family flower football forever freedom fuckyou gfhjkm ginger
    google guangdong guangzhou guest guoqing haha hahaha hainan hello hellohello helloworld hockey
    huawei hunter iloveu iloveyou iloveyoubaby internet jessica jiayou jordan jennifer joshua
    killer kaixin kuaile laopo laogong letmein letmeinnow liverpool login lovely loveme loveyou
    magic master matrix michael michelle microsoft monkey mother mustang mynoob mypassword nanjing
    naruto nicole nihao nihaoma ninja nokia nopassword oracle orange pass passpass passw passwd
    password passwordpassword passwort pepper pokemon postgres princess purple qazwsx qazwsxedc
    qaz qazxsw qq qqqq qwe qweasd qweasdzxc qweqwe qwer qwerasdf qwert qwerty qwertyu qwertyui
    qwertyuiop qwertyqwerty qwerasdfzxcv root rootroot samsung sanya secret security server
    shanghai shenzhen shadow shuaige meinv sky soccer star starwars summer spring autumn winter
    sunshine super superman superuser support sysadmin system taobao temp temppass tencent test
    teste tester testing testtest thomas tianya tigger trustno user user username users vip
    wangyut wang wangwang welcome welcomewelcome whatever windows woaini woaiwo woaiwojia woaini
    woainima woaiwolaopo woshishui wodemima woaizhongguo wojiushiwo wobuzhidao wocaonima mima
    mimamima xiaoxiao xiaoming xiaohei xiaobai xinxi xinfang xinfangban qwaszx yuanyuan zaq zaqwsx
    zaqxswcde zhang zhangwei zhangsan zhongguo zhonghua zhongguoren zhuzhu zxc zxcv zxcvb zxcvbn
    zxcvbnm zxczxc lisi wangwu woaibaobao yijianqing woshiwo wangwei liwei zhanglei chenwei wuhan
    tianhe district government hotline letters petition casework guanliyuan zhengfu qingwen huanying
    密码 我爱你 我的密码 管理员 中国 中国人 信访 信访办 政府 你好 一二三四五六七八 新年快乐 工作顺利
"""

EXACT = """
    123qwe 123qweasd 123qweasdzxc 123abc 123abc456 1234abcd 1234qwer 12qwaszx 12345qwert 1q2w3e
    1q2w3e4r 1q2w3e4r5t 1q2w3e4r5t6y 1qaz2wsx 1qaz2wsx3edc 1qazxsw2 1qaz1qaz 2wsx3edc zaq12wsx
    zaq1xsw2 zaq1zaq1 q1w2e3 q1w2e3r4 q1w2e3r4t5 q1w2e3r4t5y6 qwe123qwe qw12er34 qwer1234qwer
    a1b2c3 a1b2c3d4 a1b2c3d4e5 a1s2d3f4 aa123456aa abc123abc abcd1234abcd 1a2b3c4d 1a2b3c4d5e
    abc123456abc 5201314 1314520 5201314a 5201314qq woaini5201314 woaini1314520 1314woaini
    520woaini 7758521 7758258 1234567890a a123456 a123456789 a12345678 a1234567 aa123456 abc123
    abc123456 qq123456 w123456 z123456 q123456789 zz123456 wang1234 li123456 asd123456 qwe123456
    qwe123 test1234 admin123 root1234 password1 p4ssw0rd pa55word pa55w0rd passw0rd xinfang95100
    tianhe95100 95100tianhe 95100 9510095100 66668888 88886666 16888888 51888888 11223344
    1122334455 112233445566 12344321 12121212 13131313 14141414 23232323 31415926 31415926535
    147258369 147258 159357 159753 741852963 789456123 987654321 963852741 1597532486 110110110
    110120119 520520520 521521521 52013145201314 13145201314520 woaini520520 0okm9ijn 0987654321a
    asdf1234asdf zxcv1234zxcv 4rfv5tgb 3edc4rfv 6yhn7ujm qazwsx123edc 1qazse4 1qaz@wsx !qaz2wsx
    !qaz@wsx 1qaz!qaz p@55w0rd trustno1 ncc1701d letmein2 iloveyou2 jordan23 michael1 football1
"""

COMMON_WORDS = frozenset(WORDS.split())
COMMON_PASSWORDS = frozenset(EXACT.split()) | COMMON_WORDS
