/**
 * Every capability of the house. Importing a capability's declarations registers its acts, queries, controls
 * and tables; nothing else needs to know its name.
 */
import '../kernel/finding.ts'
import '../kernel/ledger.ts'
import '../kernel/obligation.ts'
import '../people/declarations.ts'
import '../cadastre/declarations.ts'
import '../register/declarations.ts'
import '../custody/declarations.ts'
import '../cases/declarations.ts'
import '../supervision/declarations.ts'
import '../evidence/declarations.ts'
import '../audit/declarations.ts'
