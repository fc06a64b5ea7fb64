/**
 * 常见密码: what people choose who have been told to use three kinds of characters and ten of them. Nobody's list is copied:
 * such passwords are a well-known word, begun with a capital, and one of a few tails, so the list is made from both.
 */
const words = [
  'Password Passwd Admin Administrator Root User Login Welcome Qwerty Asdfgh Letmein Changeme Default Secret Private Secure',
  'Security Access Manager Support Service Server System Oracle Postgres Database Windows Network Internet Computer Office',
  'Company Test Testing Guest Demo Hello Iloveyou Sunshine Princess Football Baseball Basketball Superman Batman Dragon',
  'Monkey Master Shadow Freedom Whatever Killer Charlie Michael Jennifer Jessica Jordan Summer Winter Spring Autumn January',
  'October Monday Friday Flower Lovely Forever Angel Diamond Chocolate Butterfly Starwars Pokemon Google Facebook Microsoft',
  'Huawei Xiaomi Taobao Alibaba Tencent Baidu Weixin Zhifubao Yinhang Gongzuo Danwei Bangong Mima Wodemima Woaini Woaiwojia',
  'Laopo Laogong Baobei Qinaide Xingfu Kuaile Jiankang Pingan Facai Gongxi Haoyun Nihao Zhongguo China Beijing Shanghai',
  'Hangzhou Shenzhen Guangzhou Nanjing Suzhou Wuhan Chengdu Chongqing Xian Tianjin Zhejiang Guanliyuan Yonghu Dengji Fangchan',
  'Budongchan Guotu Ziran Zhangwei Wangwei Wangfang Lina Zhangmin Liwei Lijing Wanglei Zhangsan Lisi Wangwu Xiaoming Aaa Abc',
  'Abcd Abcde Qaz Qazwsx Zxcvbn Asd Qwe Qweasd',
].flatMap((line) => line.split(' '))

const numbers = [
  '1 12 123 1234 12345 123456 1234567 12345678 123456789 321 654321 111 1111 111111 000 666 6666 666666 888 8888 888888',
  '520 521 1314 5201314 168 518 007 110 119 789 999 123123 112233 147258 159357',
  '1980 1985 1988 1990 1995 1998 2000 2008 2018 2019 2020 2021 2022 2023 2024 2025 2026 2027',
].flatMap((line) => line.split(' '))

const signs = ['@', '!', '#', '.', '_', '-', '*', '$']

/** Every password of the list; some of them are too short for the house anyway. */
export function* commonPasswords(): Generator<string> {
  for (const word of words)
    for (const number of numbers) {
      yield `${word}${number}`
      for (const sign of signs) {
        yield `${word}${sign}${number}`
        yield `${word}${number}${sign}`
      }
    }
}
