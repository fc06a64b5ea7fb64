import { SoftwarePasskey } from '../../app/software-passkey.ts'
import { canonicalBytes, sha256 } from '../../kernel/evidence-fields.ts'
import { attacks, type Scene } from '../attack.ts'
import { forgeValue, hex, rebuildLog, withoutWitnesses } from '../forge.ts'

type Said = Record<string, string | boolean>

/** A value that an act commits to. */
async function committed({ copy }: Scene, act: string, field: 'officer' | 'command'): Promise<Buffer> {
  const { rows } = await copy.admin.query<{ value: Buffer }>(
    'select value from kernel.act_value where act_id = $1 and field = $2',
    [act, field],
  )
  return rows[0]!.value
}

/** Replaces what the leaf says of its officer, with everything the house itself could do about it afterwards. */
async function forgeOfficer(scene: Scene, change: (said: Said) => Said | Promise<Said>): Promise<void> {
  const said = JSON.parse((await committed(scene, scene.t.recorded, 'officer')).toString()) as Said
  await forgeValue(scene, scene.t.recorded, 'officer', canonicalBytes(await change(said)))
  await afterwards(scene)
}

async function afterwards(scene: Scene): Promise<void> {
  await rebuildLog(scene)
  await scene.sql(...withoutWitnesses(scene.t.district))
}

/** One bit of a base64url text. */
function oneBit(text: string): string {
  const bytes = Buffer.from(text, 'base64url')
  bytes[bytes.length - 1]! ^= 1
  return bytes.toString('base64url')
}

/** An authenticator of the attacker's own, which says it is the officer's. */
const stranger = () => new SoftwarePasskey(Buffer.alloc(32, 9), 'http://localhost:8080')
const challengeOf = async (scene: Scene) => sha256(await committed(scene, scene.t.recorded, 'command'))

/** Who confirmed what is of high value: nothing that lies in the house can make an officer's approval. */
export const onOfficers = attacks([
  [
    'officer-signature',
    '改动办理人签名的一位并重写日志',
    'one bit of an officer’s signature, and the log written anew',
    'assertion_wrong',
    (scene) => forgeOfficer(scene, (said) => ({ ...said, signature: oneBit(String(said.signature)) })),
  ],
  [
    'officer-invented',
    '用另一把钥匙冒充办理人签名并重写日志',
    'an officer’s approval invented with another key, and the log written anew',
    'assertion_wrong',
    (scene) =>
      forgeOfficer(scene, async (said) => {
        const made = stranger().assert(await challengeOf(scene))
        return { ...said, ...made, credential: said.credential! }
      }),
  ],
  [
    'officer-other-command',
    '把办理人对另一件的签名移到本件并重写日志',
    'an officer’s signature taken from another act, and the log written anew',
    'assertion_wrong',
    (scene) =>
      forgeOfficer(scene, async () => {
        const other = await committed(scene, scene.t.otherRecorded, 'officer')
        return JSON.parse(other.toString()) as Said
      }),
  ],
  [
    'officer-unverified',
    '去掉“已核验本人”的标志并重写日志',
    'the mark that the user was verified taken out, and the log written anew',
    'assertion_wrong',
    (scene) =>
      forgeOfficer(scene, (said) => {
        const data = Buffer.from(String(said.authenticatorData), 'base64url')
        data[32]! &= ~4
        return { ...said, authenticatorData: data.toString('base64url') }
      }),
  ],
  [
    'officer-of-nobody',
    '换成无人登记的设备并重写日志',
    'an officer’s device that nobody enrolled, and the log written anew',
    'factor_unknown',
    (scene) => forgeOfficer(scene, (said) => ({ ...said, factor: scene.t.recorded })),
  ],
  [
    'officer-emptied',
    '抹去办理人的确认并重写日志',
    'an officer’s confirmation emptied, and the log written anew',
    'factor_unknown',
    (scene) => forgeOfficer(scene, () => ({})),
  ],
  [
    'command-changed',
    '改动已确认的命令并重写日志',
    'the command that was confirmed, and the log written anew',
    'command_changed',
    async (scene) => {
      const command = JSON.parse((await committed(scene, scene.t.recorded, 'command')).toString()) as Said
      const changed = canonicalBytes({ ...command, person: scene.t.other })
      await forgeValue(scene, scene.t.recorded, 'command', changed)
      await afterwards(scene)
    },
  ],
  [
    'officer-key',
    '更换办理人登记的公钥',
    'the public key of an officer’s device',
    'assertion_wrong',
    ({ t }) =>
      `update people.factor set public_key = '\\x${hex(stranger().publicKey)}' where id = '${t.passkey}'`,
  ],
  [
    'factor-made',
    '自行登记设备',
    'a device enrolled by hand',
    'row_unknown',
    ({ t }) =>
      `insert into people.factor (district, person_id, kind, label, rp_id, credential_id, public_key, added_at, act_id)
       select district, person_id, kind, label, rp_id, sha256('x'), public_key, added_at, act_id from people.factor where id = '${t.passkey}'`,
  ],
  [
    'factor-ended',
    '把办理人的设备改为早已停用',
    'an officer’s device ended long ago',
    'factor_ended',
    ({ t }) => `update people.factor set ended_at = added_at, end_reason = 'own' where id = '${t.passkey}'`,
  ],
  [
    'factor-given',
    '把办理人的设备记到他人名下',
    'an officer’s device given to somebody else',
    'factor_unknown',
    ({ t }) => `update people.factor set person_id = '${t.other}' where id = '${t.passkey}'`,
  ],
  [
    'confirmation-off',
    '取消登簿须当场确认的规定',
    'recording no longer confirmed',
    'declaration_changed',
    () => `update kernel.act_type set high_value = false where type = 'case.record'`,
  ],
])
