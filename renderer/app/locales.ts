import appEn from '../locales/en/app.json';
import auditEn from '../locales/en/audit.json';
import backupsEn from '../locales/en/backups.json';
import workflowEn from '../locales/en/workflow.json';
import ratesEn from '../locales/en/rates.json';
import helpEn from '../locales/en/help.json';
import dashboardEn from '../locales/en/dashboard.json';
import contactsEn from '../locales/en/contacts.json';
import intakeEn from '../locales/en/intake.json';
import calendarEn from '../locales/en/calendar.json';
import filesEn from '../locales/en/files.json';
import documentsEn from '../locales/en/documents.json';
import driveEn from '../locales/en/drive.json';
import errorsEn from '../locales/en/errors.json';
import pastEn from '../locales/en/past.json';
import peopleEn from '../locales/en/people.json';
import listsEn from '../locales/en/lists.json';
import lockEn from '../locales/en/lock.json';
import previewEn from '../locales/en/preview.json';
import projectEn from '../locales/en/project.json';
import projectsEn from '../locales/en/projects.json';
import securityEn from '../locales/en/security.json';
import sessionEn from '../locales/en/session.json';
import settingsEn from '../locales/en/settings.json';
import shellEn from '../locales/en/shell.json';
import syncEn from '../locales/en/sync.json';
import timelineEn from '../locales/en/timeline.json';
import valuesEn from '../locales/en/values.json';
import appVi from '../locales/vi/app.json';
import auditVi from '../locales/vi/audit.json';
import backupsVi from '../locales/vi/backups.json';
import workflowVi from '../locales/vi/workflow.json';
import ratesVi from '../locales/vi/rates.json';
import helpVi from '../locales/vi/help.json';
import dashboardVi from '../locales/vi/dashboard.json';
import contactsVi from '../locales/vi/contacts.json';
import intakeVi from '../locales/vi/intake.json';
import calendarVi from '../locales/vi/calendar.json';
import filesVi from '../locales/vi/files.json';
import documentsVi from '../locales/vi/documents.json';
import driveVi from '../locales/vi/drive.json';
import errorsVi from '../locales/vi/errors.json';
import pastVi from '../locales/vi/past.json';
import peopleVi from '../locales/vi/people.json';
import listsVi from '../locales/vi/lists.json';
import lockVi from '../locales/vi/lock.json';
import previewVi from '../locales/vi/preview.json';
import projectVi from '../locales/vi/project.json';
import projectsVi from '../locales/vi/projects.json';
import securityVi from '../locales/vi/security.json';
import sessionVi from '../locales/vi/session.json';
import settingsVi from '../locales/vi/settings.json';
import shellVi from '../locales/vi/shell.json';
import syncVi from '../locales/vi/sync.json';
import timelineVi from '../locales/vi/timeline.json';
import valuesVi from '../locales/vi/values.json';

export const en = {
  app: appEn,
  audit: auditEn,
  backups: backupsEn,
  workflow: workflowEn,
  rates: ratesEn,
  help: helpEn,
  dashboard: dashboardEn,
  contacts: contactsEn,
  intake: intakeEn,
  calendar: calendarEn,
  documents: documentsEn,
  drive: driveEn,
  errors: errorsEn,
  files: filesEn,
  past: pastEn,
  people: peopleEn,
  lists: listsEn,
  lock: lockEn,
  preview: previewEn,
  project: projectEn,
  projects: projectsEn,
  security: securityEn,
  session: sessionEn,
  settings: settingsEn,
  shell: shellEn,
  sync: syncEn,
  timeline: timelineEn,
  values: valuesEn,
};

export const vi = {
  app: appVi,
  audit: auditVi,
  backups: backupsVi,
  workflow: workflowVi,
  rates: ratesVi,
  help: helpVi,
  dashboard: dashboardVi,
  contacts: contactsVi,
  intake: intakeVi,
  calendar: calendarVi,
  documents: documentsVi,
  drive: driveVi,
  errors: errorsVi,
  files: filesVi,
  past: pastVi,
  people: peopleVi,
  lists: listsVi,
  lock: lockVi,
  preview: previewVi,
  project: projectVi,
  projects: projectsVi,
  security: securityVi,
  session: sessionVi,
  settings: settingsVi,
  shell: shellVi,
  sync: syncVi,
  timeline: timelineVi,
  values: valuesVi,
};
