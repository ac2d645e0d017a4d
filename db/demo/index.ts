import { activityRows, messageRows, notificationRows } from './communication.ts';
import { documentRows, documentVersionRows, storageBucketRows, storageObjectRows } from './documents.ts';
import { contactRows, organizationRows, userRows } from './people.ts';
import { progressStates } from './progress.ts';
import { assignmentRows, placeJobs, projectRows, stageHistoryRows } from './projects.ts';
import { reviewRows } from './reviews.ts';
import { DemoClock, type DemoRow } from './rows.ts';
import { stageRows, subStageRows } from './workflow.ts';

export type { DemoRow, DemoValue } from './rows.ts';
export { demoAccounts, demoPassword } from '../../shared/demo-accounts.ts';

/**
 * The demo's rows by table, parents first. The same `now` gives the same rows, and ids never change; every instant
 * lies before `now`. Columns that are left out take the centre's default.
 */
export function demoData(now: Date): Record<string, DemoRow[]> {
  const clock = new DemoClock(now);
  const jobs = placeJobs(clock);
  const states = progressStates(clock, jobs);
  return {
    organizations: organizationRows(clock),
    contacts: contactRows(clock),
    users: userRows(clock),
    workflow_stages: stageRows(clock),
    workflow_sub_stages: subStageRows(clock),
    projects: projectRows(clock, jobs),
    project_assignments: assignmentRows(jobs),
    project_sub_stage_progress: states.map(({ row }) => row),
    project_stage_history: stageHistoryRows(jobs),
    storage_buckets: storageBucketRows(clock),
    storage_objects: storageObjectRows(clock),
    documents: documentRows(clock),
    document_versions: documentVersionRows(clock),
    reviews: reviewRows(clock, jobs),
    messages: messageRows(clock),
    notifications: notificationRows(jobs),
    activity_log: activityRows(jobs, states),
  };
}
