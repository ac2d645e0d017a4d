import type { SQLiteTable } from 'drizzle-orm/sqlite-core';
import { organizations, contacts, users } from './people.ts';
import { workflowStages, workflowSubStages } from './workflow.ts';
import { projects, projectAssignments, projectSubStageProgress, projectStageHistory } from './projects.ts';
import { documents, documentVersions, documentAccessLog, googleDriveConfig } from './documents.ts';
import {
  reviews,
  approvalChains,
  approvals,
  approvalDelegations,
  approvalHistory,
  approvalAttachments,
  approvalNotifications,
} from './approvals.ts';
import { messages, notifications, activityLog } from './communication.ts';
import { inventoryItems, stockMoves } from './inventory.ts';
import {
  supplierRfqs,
  supplierRfqItems,
  supplierQuotes,
  supplierQuoteItems,
  purchaseOrders,
  purchaseOrderItems,
} from './purchasing.ts';
import { productionOrders } from './production.ts';
import { storageBuckets, storageObjects } from './storage.ts';
import { syncConflicts } from './conflicts.ts';
import { exchangeRates, savedViews } from './screens.ts';

export * from './people.ts';
export * from './workflow.ts';
export * from './projects.ts';
export * from './documents.ts';
export * from './approvals.ts';
export * from './communication.ts';
export * from './inventory.ts';
export * from './purchasing.ts';
export * from './production.ts';
export * from './storage.ts';
export * from './conflicts.ts';
export * from './screens.ts';

/** Every mirrored table, parents before children: the order in which sync inserts rows; the reverse removes them. */
export const mirrorTables: readonly SQLiteTable[] = [
  organizations,
  contacts,
  users,
  workflowStages,
  workflowSubStages,
  projects,
  projectAssignments,
  projectSubStageProgress,
  projectStageHistory,
  documents,
  documentVersions,
  documentAccessLog,
  googleDriveConfig,
  reviews,
  approvalChains,
  approvals,
  approvalDelegations,
  approvalHistory,
  approvalAttachments,
  approvalNotifications,
  messages,
  notifications,
  activityLog,
  inventoryItems,
  stockMoves,
  supplierRfqs,
  supplierRfqItems,
  supplierQuotes,
  supplierQuoteItems,
  purchaseOrders,
  purchaseOrderItems,
  productionOrders,
  storageBuckets,
  storageObjects,
  syncConflicts,
  savedViews,
  exchangeRates,
];

export type MirrorTable = (typeof mirrorTables)[number];
export type MirrorTableName = MirrorTable['_']['name'];
