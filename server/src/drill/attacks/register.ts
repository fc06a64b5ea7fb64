import { attacks } from '../attack.ts'

/** Rows of the register, of cases, of the ledgers, and what is derived from them. */
export const onRegister = attacks([
  [
    'holder-replaced',
    '更换权利人',
    'the holder of a right replaced',
    'row_changed',
    ({ t }) =>
      `update register.entry_party set party_id = (select id from register.party where district = '${t.district}' and name not like '%银行%' order by id desc limit 1) where entry_id = '${t.ownership}' and no = 1`,
  ],
  [
    'holder-renamed',
    '改动权利人姓名',
    'the name of a holder',
    'row_changed',
    ({ t }) =>
      `update register.party set name = name || '二' where id = (select party_id from register.entry_party where entry_id = '${t.ownership}' and no = 1)`,
  ],
  [
    'share-changed',
    '给一人加上份额',
    'a share given to a holder',
    'row_changed',
    ({ t }) =>
      `update register.entry_party set share_num = 1, share_den = 2 where entry_id = '${t.ownership}' and no = 1`,
  ],
  [
    'seizure-deleted',
    '删除查封',
    'a seizure deleted',
    'row_missing',
    ({ t }) => [
      `delete from register.live where entry_id = '${t.seizure}'`,
      `delete from register.entry_party where entry_id = '${t.seizure}'`,
      `delete from register.entry where id = '${t.seizure}'`,
    ],
  ],
  [
    'seizure-hidden',
    '从现势表中抹去查封',
    'a seizure taken out of what holds today',
    'projection_changed',
    ({ t }) => `delete from register.live where right_id = '${t.seizedRight}'`,
  ],
  [
    'seizure-ended',
    '提前结束查封',
    'the term of a seizure cut short',
    'row_changed',
    ({ t }) => [
      `update register.entry set legal_to = now() - interval '1 hour' where id = '${t.seizure}'`,
      `update register.live set legal_to = now() - interval '1 hour' where entry_id = '${t.seizure}'`,
    ],
  ],
  [
    'mortgage-inserted',
    '插入抵押',
    'a mortgage put in',
    'row_unknown',
    ({ t }) =>
      `insert into register.entry (district, id, unit_code, right_id, no, kind, effect, registration, right_type, body, legal_from, recorded_at, act_id) select district, gen_random_uuid(), '${t.unit}', gen_random_uuid(), 1, kind, effect, registration, right_type, body, now(), now(), act_id from register.entry where id = '${t.mortgage}'`,
  ],
  [
    'mortgage-amount',
    '改动抵押金额',
    'the amount of a mortgage',
    'row_changed',
    ({ t }) =>
      `update register.entry set body = jsonb_set(body, '{amountFen}', '1') where id = '${t.mortgage}'`,
  ],
  [
    'recorder-changed',
    '改动登簿人',
    'who recorded an entry',
    'row_changed',
    ({ t }) => `update register.entry set recorded_by = '${t.other}' where id = '${t.ownership}'`,
  ],
  [
    'recorded-earlier',
    '把登簿时间提前',
    'an entry recorded earlier',
    'row_changed',
    ({ t }) =>
      `update register.entry set recorded_at = recorded_at - interval '1 year' where id = '${t.ownership}'`,
  ],
  [
    'unit-moved',
    '把单元移到另一机构',
    'a unit moved to another office',
    'row_unknown',
    ({ t }) => [
      `update cadastre.unit_code set district = 'yinzhou' where code = '${t.unit}'`,
      `update cadastre.unit set district = 'yinzhou' where code = '${t.unit}'`,
    ],
  ],
  [
    'unit-larger',
    '改动单元面积',
    'the area of a unit',
    'row_changed',
    ({ t }) =>
      `update cadastre.unit set area = area + 10, shared_area = shared_area + 10 where code = '${t.unit}'`,
  ],
  [
    'certificate-number',
    '重用证书号',
    'a certificate number used again',
    'row_changed',
    async ({ copy, sql, t }) => {
      await copy.admin.query('alter table register.certificate drop constraint certificate_number_once')
      await sql(
        `update register.certificate set number = (select number from register.certificate where id = '${t.otherCertificate}') where id = '${t.certificate}'`,
      )
    },
  ],
  [
    'certificate-revived',
    '使已换发的证书复效',
    'a superseded certificate made to hold again',
    'row_changed',
    async ({ copy, sql, t }) => {
      await copy.admin.query('drop index register.certificate_one_live')
      await sql(
        `update register.certificate set state = 'issued' where district = '${t.district}' and state = 'superseded'`,
      )
    },
  ],
  [
    'case-stage-person',
    '改动审核人',
    'who reviewed a case',
    'row_changed',
    ({ t }) =>
      `update cases.stage set person_id = '${t.clerk}' where case_id = '${t.caseId}' and stage = 'first_review'`,
  ],
  [
    'case-handler-deleted',
    '删除经办记录',
    'a handler of a case deleted',
    'row_missing',
    ({ t }) => `delete from cases.case_handler where case_id = '${t.caseId}' and duty_group = 'first_review'`,
  ],
  [
    'case-due-later',
    '延后承诺办结时间',
    'the promised day of a case put off',
    'row_changed',
    ({ t }) =>
      `update cases.case set promised_due = promised_due + interval '30 days' where id = '${t.caseId}'`,
  ],
  [
    'identity-check-deleted',
    '删除身份核验',
    'an identity check deleted',
    'row_missing',
    ({ t }) => `delete from cases.identity_check where case_id = '${t.caseId}'`,
  ],
  [
    'material-exchanged',
    '更换案卷材料',
    'a material of a case exchanged',
    'row_changed',
    ({ t }) => `update cases.material set file = '${t.otherFile}' where act_id = '${t.act}'`,
  ],
  [
    'finding-closed',
    '自行销号',
    'a finding closed by hand',
    'row_changed',
    ({ t }) =>
      `update kernel.finding set state = 'closed', fixed_by = '${t.clerk}', verified_by = '${t.other}' where id = '${t.finding}'`,
  ],
  [
    'finding-deleted',
    '删除问题',
    'a finding deleted',
    'row_missing',
    ({ t }) => [
      `delete from kernel.finding_step where finding_id = '${t.finding}'`,
      `delete from kernel.finding where id = '${t.finding}'`,
    ],
  ],
  [
    'custody-line-deleted',
    '删除台账记录',
    'a line of the custody ledger deleted',
    'row_missing',
    ({ t }) => `delete from kernel.custody_line where id = '${t.custodyLine}'`,
  ],
  [
    'custody-moved',
    '改动空白证书的保管人',
    'blanks put with somebody else',
    'projection_changed',
    ({ t }) =>
      `update kernel.custody_holding set place = 'person:${t.other}' where district = '${t.district}' and kind = 'certificate' and place like 'person:%'`,
  ],
  [
    'serials-widened',
    '扩大证书号段',
    'a range of serials widened',
    'row_changed',
    ({ t }) =>
      `update kernel.serial_range set serials = int8range(lower(serials), upper(serials) + 5) where id = (select id from kernel.serial_range where district = '${t.district}' order by upper(serials) desc limit 1)`,
  ],
  [
    'row-under-trigger-off',
    '停用触发器后改动登记簿',
    'a register row changed while its triggers are off',
    'row_changed',
    async ({ copy, t }) => {
      await copy.admin.query('alter table register.entry disable trigger all')
      await copy.admin.query(
        `update register.entry set legal_from = legal_from - interval '1 year' where id = '${t.ownership}'`,
      )
      await copy.admin.query('alter table register.entry enable trigger all')
    },
  ],
])
