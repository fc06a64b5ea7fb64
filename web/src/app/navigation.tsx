import {
  ApartmentOutlined,
  AuditOutlined,
  BellOutlined,
  BlockOutlined,
  BookOutlined,
  CalculatorOutlined,
  CalendarOutlined,
  CarryOutOutlined,
  CheckSquareOutlined,
  ClusterOutlined,
  ColumnWidthOutlined,
  CommentOutlined,
  ContainerOutlined,
  DeleteOutlined,
  DesktopOutlined,
  DownloadOutlined,
  ExperimentOutlined,
  FileDoneOutlined,
  FileProtectOutlined,
  FileSearchOutlined,
  FileZipOutlined,
  FlagOutlined,
  FolderOpenOutlined,
  FormOutlined,
  HistoryOutlined,
  IdcardOutlined,
  InboxOutlined,
  KeyOutlined,
  LinkOutlined,
  NotificationOutlined,
  PartitionOutlined,
  ProfileOutlined,
  ReadOutlined,
  ReconciliationOutlined,
  SafetyCertificateOutlined,
  ScheduleOutlined,
  ScissorOutlined,
  SecurityScanOutlined,
  ShopOutlined,
  SnippetsOutlined,
  SolutionOutlined,
  StopOutlined,
  TableOutlined,
  TeamOutlined,
  ToolOutlined,
  TrademarkCircleOutlined,
  UserOutlined,
  UserSwitchOutlined,
  WarningOutlined,
} from '@ant-design/icons'
import type { LinkProps } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { surveyReaders } from '../../../server/src/cadastre/survey/rules.ts'
import { archiveReaders } from '../../../server/src/custody/archives/duties.ts'
import { bookDuties, sealHolderDuties } from '../../../server/src/custody/duties.ts'
import {
  accountDuties,
  deciderDuties,
  erasureDuties,
  evidenceDuties,
  lookDuties,
  matrixDuties,
  packDuties,
  proofDuties,
  verifyDuties,
  witnessDuties,
} from '../../../server/src/people/duties.ts'
import { maintenanceReaders } from '../../../server/src/people/maintenance/rules.ts'
import { dueListDuties } from '../../../server/src/supervision/duties/rules.ts'
import { inspectionReaders } from '../../../server/src/supervision/inspections/rules.ts'
import { meetingReaders } from '../../../server/src/supervision/meetings/rules.ts'
import { samplingReaders } from '../../../server/src/supervision/sampling/rules.ts'
import { coverageDuties } from '../../../server/src/supervision/window/rules.ts'
import { holdingsDuties } from '../pages/register/access.ts'
import type { appTexts } from './texts.ts'

const sealDuties = [...bookDuties, ...sealHolderDuties]

/** One line of the menu. Shown when the person holds one of `duties`; without `duties`, to every signed-in person. */
export interface NavigationItem {
  to: NonNullable<LinkProps['to']>
  label: keyof (typeof appTexts)['zh']
  icon: ReactNode
  duties?: readonly string[]
}

export interface NavigationGroup {
  label: keyof (typeof appTexts)['zh']
  items: readonly NavigationItem[]
}

/** The menu, in the order people work. Duty ids are those of `server/src/people/duties.ts`. */
export const navigation: readonly NavigationGroup[] = [
  {
    label: 'work',
    items: [
      { to: '/', label: 'worklist', icon: <InboxOutlined /> },
      { to: '/cases/new', label: 'apply', icon: <FormOutlined />, duties: ['acceptance'] },
      { to: '/cases', label: 'cases', icon: <FolderOpenOutlined /> },
      { to: '/reminders', label: 'reminders', icon: <BellOutlined /> },
      { to: '/window', label: 'windowDuty', icon: <ShopOutlined /> },
      { to: '/inspections/mine', label: 'myInspections', icon: <FileProtectOutlined /> },
      { to: '/my-duties', label: 'myDuties', icon: <CarryOutOutlined /> },
      { to: '/surveys', label: 'surveys', icon: <ColumnWidthOutlined />, duties: surveyReaders },
    ],
  },
  {
    label: 'register',
    items: [
      { to: '/register', label: 'findUnit', icon: <BookOutlined />, duties: lookDuties },
      { to: '/holdings', label: 'holdings', icon: <IdcardOutlined />, duties: holdingsDuties },
    ],
  },
  {
    label: 'custody',
    items: [
      { to: '/custody', label: 'custodyDesk', icon: <SnippetsOutlined />, duties: bookDuties },
      { to: '/custody/deliveries', label: 'deliveries', icon: <DownloadOutlined />, duties: bookDuties },
      { to: '/custody/voids', label: 'voids', icon: <StopOutlined />, duties: bookDuties },
      { to: '/custody/destructions', label: 'destructions', icon: <ScissorOutlined /> },
      { to: '/custody/counts', label: 'counts', icon: <CalculatorOutlined />, duties: bookDuties },
      { to: '/custody/seals', label: 'seals', icon: <TrademarkCircleOutlined />, duties: sealDuties },
      { to: '/custody/book', label: 'custodyBook', icon: <ProfileOutlined />, duties: bookDuties },
    ],
  },
  {
    label: 'archives',
    items: [
      { to: '/archives', label: 'archiveDesk', icon: <ContainerOutlined />, duties: archiveReaders },
      { to: '/archives/map', label: 'archiveMap', icon: <BlockOutlined />, duties: archiveReaders },
      {
        to: '/archives/stocktakes',
        label: 'archiveStocktakes',
        icon: <CarryOutOutlined />,
        duties: archiveReaders,
      },
    ],
  },
  {
    label: 'people',
    items: [
      { to: '/people', label: 'peopleList', icon: <UserOutlined /> },
      { to: '/posts', label: 'postRegister', icon: <SolutionOutlined /> },
      { to: '/chain', label: 'chain', icon: <ApartmentOutlined /> },
      {
        to: '/admin/people',
        label: 'peopleDesk',
        icon: <UserSwitchOutlined />,
        duties: ['admin_system', 'admin_security', 'admin_audit', 'centre_lead', 'district_lead'],
      },
      { to: '/access', label: 'rights', icon: <KeyOutlined /> },
      {
        to: '/access/requests',
        label: 'accessRequests',
        icon: <CheckSquareOutlined />,
        duties: deciderDuties,
      },
      {
        to: '/access/review',
        label: 'accessReview',
        icon: <FileDoneOutlined />,
        duties: ['centre_lead', 'district_lead'],
      },
      { to: '/access/matrix', label: 'accessMatrix', icon: <TableOutlined />, duties: matrixDuties },
      {
        to: '/access/security',
        label: 'accessSecurity',
        icon: <SecurityScanOutlined />,
        duties: ['admin_security'],
      },
      { to: '/access/audit', label: 'accessAudit', icon: <SolutionOutlined />, duties: ['admin_audit'] },
      {
        to: '/duty/temporary',
        label: 'temporaryDuty',
        icon: <ScheduleOutlined />,
        duties: [...deciderDuties, 'inspection', 'admin_audit'],
      },
      { to: '/duty/maintenance', label: 'maintenance', icon: <ToolOutlined />, duties: maintenanceReaders },
      { to: '/my-trace', label: 'myTrace', icon: <HistoryOutlined /> },
    ],
  },
  {
    label: 'trust',
    items: [
      {
        to: '/controls',
        label: 'controls',
        icon: <SafetyCertificateOutlined />,
        duties: ['centre_lead', 'district_lead', 'inspection', 'admin_audit'],
      },
      { to: '/rules', label: 'rulebook', icon: <ReadOutlined /> },
      { to: '/meetings', label: 'meetings', icon: <CommentOutlined /> },
      { to: '/responsibility', label: 'responsibility', icon: <ClusterOutlined />, duties: meetingReaders },
      { to: '/plan', label: 'plan', icon: <FlagOutlined /> },
      {
        to: '/inspections',
        label: 'inspections',
        icon: <ReconciliationOutlined />,
        duties: inspectionReaders,
      },
      { to: '/samplings', label: 'samplings', icon: <ExperimentOutlined />, duties: samplingReaders },
      { to: '/window/rota', label: 'windowRota', icon: <ScheduleOutlined />, duties: coverageDuties },
      {
        to: '/window/coverage',
        label: 'windowCoverage',
        icon: <TableOutlined />,
        duties: coverageDuties,
      },
      { to: '/findings', label: 'findings', icon: <WarningOutlined /> },
      { to: '/namings', label: 'namings', icon: <NotificationOutlined /> },
      { to: '/duties', label: 'periodicDuties', icon: <CalendarOutlined />, duties: dueListDuties },
      { to: '/duty/proof', label: 'dutyProof', icon: <PartitionOutlined />, duties: proofDuties },
      { to: '/evidence', label: 'evidence', icon: <AuditOutlined />, duties: evidenceDuties },
      { to: '/sessions', label: 'sessions', icon: <DesktopOutlined />, duties: accountDuties },
      { to: '/audit-packs', label: 'packs', icon: <FileZipOutlined />, duties: packDuties },
      { to: '/witnesses', label: 'witnesses', icon: <TeamOutlined />, duties: witnessDuties },
      { to: '/verifications', label: 'verifications', icon: <FileSearchOutlined />, duties: verifyDuties },
      {
        to: '/erasures',
        label: 'erasures',
        icon: <DeleteOutlined />,
        duties: [...erasureDuties.propose, ...erasureDuties.erase],
      },
      { to: '/checkpoints', label: 'checkpoints', icon: <LinkOutlined /> },
    ],
  },
]

/** The groups and lines this person sees; groups without a line are left out. */
export function navigationFor(
  groups: readonly NavigationGroup[],
  duties: readonly string[],
): NavigationGroup[] {
  return groups
    .map((group) => ({
      ...group,
      items: group.items.filter((item) => !item.duties || item.duties.some((duty) => duties.includes(duty))),
    }))
    .filter((group) => group.items.length > 0)
}
