import { Type } from 'typebox'
import { query } from '../kernel/query.ts'

const TextPair = Type.Object({ zh: Type.String(), en: Type.String() })

/** The signed-in person: name, office, posts, duties. */
export const session = query({
  path: 'session',
  title: { zh: '当前登录人', en: 'The signed-in person' },
  access: 'signed_in',
  duties: [],
  params: Type.Object({}),
  result: Type.Object({
    person: Type.Object({ id: Type.String(), name: Type.String(), username: Type.String() }),
    district: Type.Object({ id: Type.String(), zh: Type.String(), en: Type.String() }),
    posts: Type.Array(TextPair),
    duties: Type.Array(Type.String()),
    demo: Type.Boolean(),
  }),
  async run({ tx, actor }) {
    const row = await tx.one<{
      name: string
      username: string
      district: string
      zh: string
      en: string
      posts: { zh: string; en: string }[]
      demo: boolean
    }>`
      select p.name, people.username_of(p.id) as username, d.id as district, d.name_zh as zh, d.name_en as en, people.posts_of(p.id) as posts,
        exists (select from people.demo_login) as demo
      from kernel.person p join kernel.district d on d.id = p.district where p.id = ${actor.personId}::uuid`
    return {
      person: { id: actor.personId!, name: row.name, username: row.username },
      district: { id: row.district, zh: row.zh, en: row.en },
      posts: row.posts,
      duties: [...actor.duties],
      demo: row.demo,
    }
  },
})

/** Demo people to sign in as; empty in a real installation. */
export const demoPeople = query({
  path: 'demo',
  title: { zh: '演示人员', en: 'Demo people' },
  access: 'public',
  params: Type.Object({}),
  result: Type.Object({
    people: Type.Array(
      Type.Object({
        username: Type.String(),
        password: Type.String(),
        name: Type.String(),
        district: Type.Object({ id: Type.String(), zh: Type.String(), en: Type.String() }),
        posts: Type.Array(TextPair),
      }),
    ),
  }),
  async run(tx) {
    const rows = await tx.rows<{
      username: string
      password: string
      name: string
      district: string
      district_zh: string
      district_en: string
      posts: { zh: string; en: string }[]
    }>`
      select * from people.demo_people()`
    return {
      people: rows.map((row) => ({
        username: row.username,
        password: row.password,
        name: row.name,
        district: { id: row.district, zh: row.district_zh, en: row.district_en },
        posts: row.posts,
      })),
    }
  },
})
