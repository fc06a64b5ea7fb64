#!/usr/bin/env node
import { Command } from 'commander'
import type { PackReport } from '../audit/verify-pack.ts'
import { readConfig } from '../platform/config.ts'
import { StartupError } from '../platform/startup-error.ts'

/** Prints a result for people, or as one JSON document with --json, and sets the exit code. */
function finish(result: object, ok: boolean, asJson: boolean, say: (result: never) => string): void {
  process.stdout.write(asJson ? `${JSON.stringify(result)}\n` : `${say(result as never)}\n`)
  process.exitCode = ok ? 0 : 1
}

const notOk = (problems: readonly { message: string }[]): string =>
  [`NOT OK: ${problems.length} problem(s).`, ...problems.map((problem) => `- ${problem.message}`)].join('\n')

const sayPack = (report: PackReport & { policies: 'given' | 'of the pack' }): string => {
  const logs = report.logs.map(
    (log) =>
      `  ${log.origin}: ${log.size} leaves, ${log.checkpoints} checkpoints, quorum ${log.quorum}, cosigned by ${log.witnesses.join(', ') || 'nobody'}`,
  )
  const trust =
    report.policies === 'given'
      ? 'By the policies given.'
      : 'By the pack’s own policies: that it agrees with itself. Give --policy to know whose signatures they are.'
  const said = report.ok
    ? `Everything verifies: ${report.leaves} leaves, ${report.opened} opened acts, ${report.files} files.`
    : notOk(report.problems)
  const { signed, byCode, unchecked } = report.officers
  const officers =
    signed + byCode + unchecked > 0
      ? [
          `  officers of opened acts: ${signed} signatures hold, ${byCode} confirmed by code, ${unchecked} not checked (key enrolled in another log)`,
        ]
      : []
  return [said, ...logs, ...officers, `  hash of the pack: ${report.packHash ?? 'none'}`, trust].join('\n')
}

const number = (text: string): number => {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < 0)
    throw new StartupError(`A whole number is needed, not "${text}".`)
  return value
}

const program = new Command('mingbu').description(
  'Mingbu 明簿: real-estate registration in which nobody can act alone',
)

program
  .command('start', { isDefault: true })
  .description('serve the product; an empty data folder gets the demo city')
  .option('--json', 'print the address and the demo people as JSON')
  .option('--empty', 'start without a demo city')
  .action(async (options: { json?: boolean; empty?: boolean }) => {
    const { start } = await import('./start.ts')
    await start(readConfig(process.env), { json: options.json ?? false, demo: !options.empty })
  })

program
  .command('seed')
  .description('fill an empty installation with a synthetic city')
  .option('--seed <n>', 'the same seed gives the same city', '7')
  .option('--units <n>', 'real-estate units in the whole city', '1200')
  .option('--json', 'print the result as JSON')
  .action(async (options: { seed: string; units: string; json?: boolean }) => {
    const { openWorld } = await import('../app/world.ts')
    const { seedDemo } = await import('../app/demo.ts')
    const world = await openWorld(readConfig(process.env))
    try {
      const result = await seedDemo(
        world,
        { seed: number(options.seed), units: number(options.units) },
        (words) => options.json || process.stderr.write(`${words}\n`),
      )
      finish(
        result,
        true,
        options.json ?? false,
        (one: typeof result) =>
          `Seeded ${one.units} units, ${one.people} people and ${one.cases} cases in ${(one.ms / 1000).toFixed(1)} s.`,
      )
    } finally {
      await world.close()
    }
  })

program
  .command('verify')
  .description('check the whole log, and every table against its leaves; or an audit pack, offline')
  .option('--from <pack>', 'an audit pack: a folder or a zip file; no database is opened')
  .option(
    '--policy <files...>',
    'with --from: policies obtained elsewhere; without, the pack’s own are believed',
  )
  .option('--kept <files...>', 'with --from: signed checkpoints kept from before')
  .option('--json', 'print {ok, acts, leaves, checkpointSize, problems}')
  .action(async (options: { from?: string; policy?: string[]; kept?: string[]; json?: boolean }) => {
    if (options.from !== undefined) {
      const { verifyPackAt } = await import('./packs.ts')
      const report = await verifyPackAt(
        options.from,
        options,
        (words) => options.json || process.stderr.write(words),
      )
      return finish(report, report.ok, options.json ?? false, sayPack)
    }
    if (options.policy || options.kept)
      throw new StartupError('--policy and --kept are for a pack: say which with --from.')
    const { openWorld } = await import('../app/world.ts')
    const { verifyEverything } = await import('../evidence/verify.ts')
    const world = await openWorld(readConfig(process.env))
    try {
      await world.sequencer.drain()
      const report = await verifyEverything(world.pools.auditor, world.deps.vault, {
        progress: (leaves) => options.json || process.stderr.write(`\r${leaves} leaves checked`),
        outside: world.outside,
        files: world.deps.files,
      })
      if (!options.json) process.stderr.write('\n')
      finish(report, report.ok, options.json ?? false, (one: typeof report) =>
        one.ok
          ? `Everything verifies: ${one.acts} acts, ${one.leaves} leaves, ${one.rows} rows, ${one.files} files, ${one.remembered} trees that others remember.`
          : notOk(one.problems),
      )
    } finally {
      await world.close()
    }
  })

program
  .command('export')
  .description(
    'write an audit pack that anyone can check without us; read as the auditor, and no act in the log',
  )
  .option('--district <id>', 'one office')
  .option('--all', 'every office')
  .requiredOption('--to <path>', 'a new folder, or a file whose name ends in .zip')
  .option('--open <acts...>', 'acts whose fields are opened, by id: this discloses what they hold')
  .option('--since <day>', 'first day of the ledgers, as 2026-01-31')
  .option('--until <day>', 'last day of the ledgers')
  .option('--json', 'print {ok, to, packHash, files, bytes, logs}')
  .action(async (options: import('./packs.ts').ExportOptions & { json?: boolean }) => {
    const { exportPack } = await import('./packs.ts')
    const made = await exportPack(
      readConfig(process.env),
      options,
      (words) => options.json || process.stderr.write(words),
    )
    finish(made, true, options.json ?? false, (one: typeof made) =>
      [
        `${one.to}: ${one.files} files, ${one.bytes} bytes.`,
        ...one.logs.map(
          ({ district, size, root }) =>
            `  ${district.padEnd(10)} ${String(size).padStart(9)} leaves, root ${root}`,
        ),
        `Hash of the pack: ${one.packHash}`,
        'Read as the database role mingbu_auditor. This export is no act and stands in no log; a pack made through the product does.',
      ].join('\n'),
    )
  })

program
  .command('signer')
  .description('serve the signer of checkpoints; its seed, token and memory stay in its folder')
  .requiredOption('--folder <path>', 'its own folder')
  .option('--port <n>', 'port on 127.0.0.1; 0 takes a free one', '0')
  .action(async (options: { folder: string; port: string }) => {
    const { runSigner } = await import('../signing/run.ts')
    await runSigner(options.folder, number(options.port))
  })

program
  .command('witness')
  .description('serve the witnesses that the folder’s witnesses.json lists')
  .requiredOption('--folder <path>', 'their folder')
  .option('--port <n>', 'port on 127.0.0.1; 0 takes a free one', '0')
  .action(async (options: { folder: string; port: string }) => {
    const { runWitnesses } = await import('../signing/run.ts')
    await runWitnesses(options.folder, number(options.port))
  })

program
  .command('controls')
  .description('the controls of the notice with their live counts')
  .option('--json', 'print an array {id, clause, kind, title, status, counts}')
  .action(async (options: { json?: boolean }) => {
    const { openWorld } = await import('../app/world.ts')
    const { readBoard, wholeCity } = await import('../supervision/board/queries.ts')
    const { Tx } = await import('../platform/db/tx.ts')
    const world = await openWorld(readConfig(process.env))
    const client = await world.pools.auditor.connect()
    try {
      const tx = new Tx(client)
      const { now } = await tx.one<{ now: string }>`select kernel.now() as now`
      const board = await readBoard({ tx, at: Temporal.Instant.from(now), deps: world.deps }, wholeCity)
      const rows = board.clauses.flatMap(({ id: clause, controls }) =>
        controls.map((one) => ({ clause, ...one })),
      )
      finish(rows, true, options.json ?? false, (all: typeof rows) =>
        all
          .map(
            (row) =>
              `${row.clause.padEnd(4)} ${row.status.padEnd(6)} ${row.id.padEnd(24)} governed ${row.counts.governed}, refused ${row.counts.refused}, due ${row.counts.due}, overdue ${row.counts.overdue}, found ${row.counts.found}, open ${row.counts.open}  ${row.title.en}`,
          )
          .join('\n'),
      )
    } finally {
      client.release()
      await world.close()
    }
  })

program
  .command('prove')
  .description('walk every way work can go through hands, then take each rule away and show what that opens')
  .argument('<what>', 'duties')
  .option('--json', 'print {states, rules, mutantsKilled, violations, …}')
  .option('--paths', 'print the path that each deleted rule opens')
  .action(async (what: string, options: { json?: boolean; paths?: boolean }) => {
    if (what !== 'duties') throw new StartupError(`What can be proved are the duties, not "${what}".`)
    const { prove } = await import('../kernel/proof/prove.ts')
    const { sayProof } = await import('./proof-words.ts')
    const { dutyTable } = await import('../people/duties.ts')
    const proof = prove(dutyTable, { say: (words) => options.json || process.stderr.write(`${words}\n`) })
    finish(proof, proof.ok, options.json ?? false, (one: typeof proof) =>
      sayProof(one, options.paths ?? false),
    )
  })

program
  .command('bench')
  .description(
    'measure acts, a whole case or the evidence log beside its floor, a book of ten million serials, periodic duties computed anew, the controls board, or a sample of a million cases',
  )
  .argument('<what>', 'acts, case, evidence, custody, duties, board or sampling')
  .option('--json', 'print the figures as JSON')
  .option('--seconds <n>', 'seconds per measurement', '5')
  .action(async (what: string, options: { json?: boolean; seconds: string }) => {
    const say = (words: string) => options.json || process.stderr.write(`${words}\n`)
    if (what === 'evidence') {
      const { benchEvidence } = await import('../../../bench/evidence.ts')
      const result = await benchEvidence({ seconds: number(options.seconds), say })
      finish(result, true, options.json ?? false, () => result.table)
      return
    }
    if (what === 'custody') {
      const { benchCustody } = await import('../../../bench/custody.ts')
      const result = await benchCustody({ seconds: number(options.seconds), say })
      finish(result, true, options.json ?? false, () => result.table)
      return
    }
    if (what === 'board') {
      const { benchBoard } = await import('../../../bench/board.ts')
      const result = await benchBoard({ say })
      finish(result, true, options.json ?? false, () => result.table)
      return
    }
    if (what === 'sampling') {
      const { benchSampling } = await import('../../../bench/sampling.ts')
      const result = await benchSampling({ say })
      finish(result, true, options.json ?? false, () => result.table)
      return
    }
    if (what === 'duties') {
      const { benchDuties } = await import('../../../bench/duties.ts')
      const result = benchDuties()
      finish(result, true, options.json ?? false, () => result.table)
      return
    }
    if (what !== 'acts' && what !== 'case')
      throw new StartupError(
        `There are seven benches, acts, case, evidence, custody, duties, board and sampling, not "${what}".`,
      )
    const { bench } = await import('../../../bench/bench.ts')
    const result = await bench(what, {
      seconds: number(options.seconds),
      say,
    })
    finish(result, true, options.json ?? false, () => result.table)
  })

const drill = program.command('drill').description('attack a scratch installation and see that it holds')
drill
  .command('tamper')
  .description('attack copies of a scratch city as superuser; verification must find each and cry wolf never')
  .option('--seed <n>', 'the same seed aims at the same things', '1')
  .option('--only <ids...>', 'these attacks only')
  .option('--json', 'print {total, found, falseAlarms, cases, clean}')
  .action(async (options: { seed: string; only?: string[]; json?: boolean }) => {
    const { catalogue, drillTamper } = await import('../drill/tamper.ts')
    const strange = options.only?.find((id) => !catalogue.some((attack) => attack.id === id))
    if (strange !== undefined) throw new StartupError(`There is no attack “${strange}”.`)
    const attacks = catalogue.filter(({ id }) => options.only?.includes(id) ?? true)
    const report = await drillTamper(
      { seed: number(options.seed), attacks },
      (words) => void process.stderr.write(`${words}\n`),
    )
    const ok = report.found === report.total && report.falseAlarms === 0
    finish(report, ok, options.json ?? false, (one: typeof report) =>
      [
        `${one.found} of ${one.total} attacks found, ${one.falseAlarms} false alarms.`,
        ...one.cases.map(
          ({ id, title, found, firstBad }) =>
            `${found ? 'found ' : 'MISSED'} ${id.padEnd(32)} ${title.en}: ${firstBad?.message ?? 'nothing was named'}`,
        ),
      ].join('\n'),
    )
  })
drill
  .command('crash')
  .description('kill its processes under load; nothing that was answered may be lost, doubled or reordered')
  .option('--kills <n>', 'how many processes are killed', '20')
  .option('--seed <n>', 'the same seed draws the same victims and moments', '1')
  .option('--json', 'print {kills, acknowledged, lost, duplicated, reordered, …}')
  .action(async (options: { kills: string; seed: string; json?: boolean }) => {
    const { drillCrash } = await import('../drill/crash.ts')
    const report = await drillCrash({
      kills: number(options.kills),
      seed: number(options.seed),
      say: (words) => process.stderr.write(`${words}\n`),
    })
    finish(report, report.ok, options.json ?? false, (one: typeof report) =>
      [
        `${one.kills} kills, ${one.acknowledged} acts answered: ${one.lost} lost, ${one.duplicated} doubled, ${one.reordered} reordered, ${one.wrongAnswers} wrong answers; ${one.verified ? 'everything verifies' : 'NOT verified'}.`,
        ...one.problems.map((problem) => `- ${problem}`),
      ].join('\n'),
    )
  })

drill
  .command('custody')
  .description('a random history of blanks by many people at once, against a plain model; nothing may differ')
  .option('--seed <n>', 'the same seed draws the same attempts', '1')
  .option('--steps <n>', 'how many acts are tried', '500')
  .option('--json', 'print {steps, mismatches, refused, …}')
  .action(async (options: { seed: string; steps: string; json?: boolean }) => {
    const { drillCustody } = await import('../drill/custody.ts')
    const report = await drillCustody(
      { seed: number(options.seed), steps: number(options.steps) },
      (words) => void process.stderr.write(`${words}\n`),
    )
    finish(report, report.mismatches === 0, options.json ?? false, (one: typeof report) =>
      [
        `${one.steps} steps, ${one.done} done, ${one.refused} refused, ${one.mismatches} mismatches; ${one.verified ? 'everything verifies' : 'NOT verified'}.`,
        ...one.problems.map((problem) => `- ${problem}`),
      ].join('\n'),
    )
  })

drill
  .command('board')
  .description(
    'a random history of acts, findings and half-done counting; every counter must say what a plain count says',
  )
  .option('--seed <n>', 'the same seed draws the same history', '1')
  .option('--acts <n>', 'how many acts are tried', '2000')
  .option('--json', 'print {acts, counters, unequal, …}')
  .action(async (options: { seed: string; acts: string; json?: boolean }) => {
    const { drillBoard } = await import('../drill/board.ts')
    const report = await drillBoard(
      { seed: number(options.seed), acts: number(options.acts) },
      (words) => void process.stderr.write(`${words}\n`),
    )
    finish(report, report.unequal === 0 && report.verified, options.json ?? false, (one: typeof report) =>
      [
        `${one.acts} acts, ${one.counters} counters, ${one.unequal} unequal; ${one.verified ? 'everything verifies' : 'NOT verified'}.`,
        ...one.problems.map((problem) => `- ${problem}`),
      ].join('\n'),
    )
  })

program
  .command('reindex')
  .description(
    'rebuild every index, under a maintenance order that three persons asked for, approved and released',
  )
  .requiredOption('--order <id>', 'the maintenance order')
  .option('--json', 'print {tables}')
  .action(async (options: { order: string; json?: boolean }) => {
    const { openWorld } = await import('../app/world.ts')
    const { reindex } = await import('../people/maintenance/reindex.ts')
    const world = await openWorld(readConfig(process.env))
    const admin = await world.admin()
    try {
      const token = Buffer.from(world.secrets.services.installer!, 'hex')
      const done = await reindex({ admin, kernel: world.kernel, token }, options.order)
      finish(
        done,
        true,
        options.json ?? false,
        (one: typeof done) => `Indexes of ${one.tables} tables rebuilt.`,
      )
    } finally {
      await admin.end()
      await world.close()
    }
  })

const account = program
  .command('account')
  .description('accounts; only the ordinary acts, with one’s own session')
account
  .command('list')
  .description('people who can sign in, with their duties')
  .option('--json', 'print as JSON')
  .action(async (options: { json?: boolean }) => {
    const { openWorld } = await import('../app/world.ts')
    const { listAccounts } = await import('../people/directory.ts')
    const world = await openWorld(readConfig(process.env))
    try {
      const people = await listAccounts(world.pools.auditor)
      finish(people, true, options.json ?? false, (all: typeof people) =>
        all
          .map(
            (one) =>
              `${one.username.padEnd(24)} ${one.district.padEnd(10)} ${one.name}  ${one.duties.join(', ')}`,
          )
          .join('\n'),
      )
    } finally {
      await world.close()
    }
  })

account
  .command('bootstrap')
  .description('enrol the three first administrators of an empty installation, once')
  .requiredOption(
    '--from <file>',
    'JSON {system, security, audit: {name, idNumber, username}}; - reads standard input, so that no number stands in a list of processes',
  )
  .option('--json', 'print {administrators: [{key, username, ticket}]}')
  .action(async (options: { from: string; json?: boolean }) => {
    const { bootstrapAccounts, sayTickets } = await import('./accounts.ts')
    const made = await bootstrapAccounts(readConfig(process.env), options.from)
    finish(made, true, options.json ?? false, sayTickets)
  })

program.exitOverride()
try {
  await program.parseAsync()
} catch (error) {
  const isCommander =
    error instanceof Error &&
    'exitCode' in error &&
    'code' in error &&
    String(error.code).startsWith('commander.')
  if (isCommander) process.exitCode = Number(error.exitCode)
  else if (error instanceof StartupError) {
    process.stderr.write(`${error.message}\n`)
    process.exitCode = 2
  } else {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
    process.exitCode = 70
  }
}
