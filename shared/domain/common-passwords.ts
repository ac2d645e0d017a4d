/**
 * What people here choose first, in lower case, without marks and without the digits and signs that they put around it:
 * a password is one of these whatever is appended (`password-rules.ts`). English lists begin with the same words.
 */
export const commonPasswords: ReadonlySet<string> = new Set(
  `
  password passwords passw passwd pass passphrase mypassword newpassword thepassword password passwordpassword admin
  administrator adminadmin root rootroot user username useruser guest guestguest test testtest tester testing default changeme
  changethis changepassword letmein letmeinnow welcome welcomehome welcomeback login loginlogin signin secret secretsecret
  topsecret master masterkey superman batman spiderman dragon dragonball monkey football baseball basketball soccer princess
  sunshine shadow michael jennifer jessica daniel thomas charlie jordan hunter ranger buster tigger pepper ginger summer winter
  spring autumn january february october november december monday friday sunday iloveyou iloveyoubaby lovely loveme lovelove
  forever always whatever trustnoone nothing freedom hello hellohello helloworld abc abcd abcde abcdef abcdefg abcdefgh abcdefghi
  abcdefghij abcdefghijk abcabc abcdabcd xyz aaa aaaa zzzz qwe qwer qwert qwerty qwertyu qwertyui qwertyuio qwertyuiop
  qwertyuiopasdf qwertyqwerty qweasd qweasdzxc asd asdf asdfg asdfgh asdfghj asdfghjk asdfghjkl asdfasdf zxc zxcv zxcvb zxcvbn
  zxcvbnm asdfghjklzxcvbnm qazwsx qazwsxedc qazwsxedcrfv qaz wsx edc zaq zaqxsw zaqwsx poiuytrewq lkjhgfdsa mnbvcxz google
  facebook youtube zalo zalozalo gmail yahoo hotmail tiktok instagram microsoft windows apple iphone samsung galaxy android
  computer laptop internet server database postgres oracle mysql linux ubuntu network wifi router security computerroom
  starwars pokemon naruto doraemon minecraft roblox lienquan pubg liverpool chelsea arsenal barcelona manchester
  manchesterunited juventus realmadrid ronaldo messi
  matkhau matkhaumoi matkhaucu matkhaula matkhaucuatoi matkhaumatkhau matkhaucongty matkhaumacdinh matkhaubimat matkhaukho
  matkhaudai matkhaumanh khongcomatkhau khongnho khongnhomatkhau quenmatkhau quenroi doimatkhau doimatkhaumoi dangnhap dangky
  taikhoan taikhoanmoi nguoidung quantri quantrivien quanly quanlykho giamdoc nhanvien nhansu ketoan kinhdoanh sanxuat chatluong
  muahang kythuat khohang nhakho baove vanphong congty congtytoi congtyminh xinchao xinchaovietnam chaoban chaomung chaobuoisang
  anhyeuem anhyeuemnhieu anhyeuemnhieulam emyeuanh emyeuanhnhieu anhnhoem emnhoanh yeuem yeuanh yeumaimai yeuemmaimai yeuanhmaimai
  yeuthuong yeudoi yeugiadinh yeubome yeucon yeuvo yeuchong tinhyeu tinhyeucuatoi tinhban maiyeuem maimaiyeuem maiyeu mottinhyeu
  vietnam vietnamvodich vietnamoi yeuvietnam toiyeuvietnam hanoi hanoimuathu saigon saigondep hochiminh thanhphohochiminh tphcm
  danang haiphong cantho binhduong dongnai vungtau bienhoa nhatrang dalat hue hoian halong sapa phuquoc bacninh bacgiang
  hungyen haiduong quangninh nghean thanhhoa binhdinh
  giadinh giadinhtoi giadinhhanhphuc giadinhlasomot bome bomeoi conyeu contrai congai embe vochong chongyeu voyeu ongba
  hanhphuc hanhphucmai mayman maymanmai thanhcong phattai phatloc locphat tailoc songkhoe suckhoe binhan anlac anbinh
  tuoitre tuoitho kyniem mualai muaxuan muaha muathu muadong ngaymoi ngayxua ngaymai homnay homqua cuocsong cuocdoi
  trungthu tetdenroi chucmungnammoi nammoi sinhnhat sinhnhatvuive thangmot chunhat chutich bacho bachomuonnam
  nguyen nguyenvana nguyenvanan nguyenthi nguyenvan tranvan tranthi levan lethi phamvan phamthi hoangvan vovan huynhvan dangvan
  buivan dovan ngovan duongvan lyvan tran pham hoang huynh phan dang bui duong
  minh minhanh minhchau minhduc minhhoang minhquan minhtuan tuan tuananh anhtuan tuankiet hung manhhung quochung dung tiendung
  cuong manhcuong quangcuong hai thanhhai minhhai nam hoainam thanhnam hoangnam phuong thuphuong lanphuong mai phuongmai
  ngocmai huong lanhuong thuhuong thuy thanhthuy thuthuy linh thuylinh khanhlinh ngoclinh mylinh trang thutrang huyentrang
  quynhtrang thao phuongthao thuthao hong thuhong hongnhung nhung hanh hongnanh hoa hienhoa lan ngoclan van thanhvan hongvan
  yen hoangyen hai yen ngoc bichngoc minhngoc nga thuynga hang thuhang minhhang hien thuhien hieu trunghieu minhhieu
  hoanghieu long hoanglong thanhlong phuc hoangphuc dinhphuc khang minhkhang quang nhatquang minhquang son truongson hoangson
  thang quyetthang chienthang thanh congthanh tien minhtien duc anhduc trungduc khoa anhkhoa dangkhoa dat tiendat thanhdat
  bao giabao quocbao khanh quockhanh duykhanh duy anhduy khanhduy tung thanhtung sontung trung quoctrung kien trungkien
  vinh quangvinh phat tanphat loc phuoc nghia trongnghia nhan thien my
  factory factorypulse factorypulses factorypulsedesktop factorypulsevn factorypulsevietnam pulse nhamay nhamaytoi nhamaysanxuat
  xuong xuongsanxuat xuongco xuongcokhi cokhi cokhichinhxac giacong giacongcokhi phanxuong toyota honda boeing airbus yamaha
  thaco vinfast vinhomes viettel vinaphone mobifone vietcombank vietinbank techcombank agribank
  onetwothree onetwothreefour motham mothaiba motihai mothaibabon mothaibabonnam nhatnhinhat
  `
    .trim()
    .split(/\s+/),
);
