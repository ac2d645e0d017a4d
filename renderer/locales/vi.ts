import app from './vi/app.json';
import audit from './vi/audit.json';
import backups from './vi/backups.json';
import calendar from './vi/calendar.json';
import contacts from './vi/contacts.json';
import dashboard from './vi/dashboard.json';
import documents from './vi/documents.json';
import drive from './vi/drive.json';
import errors from './vi/errors.json';
import files from './vi/files.json';
import help from './vi/help.json';
import intake from './vi/intake.json';
import lists from './vi/lists.json';
import lock from './vi/lock.json';
import past from './vi/past.json';
import people from './vi/people.json';
import preview from './vi/preview.json';
import project from './vi/project.json';
import projects from './vi/projects.json';
import rates from './vi/rates.json';
import security from './vi/security.json';
import session from './vi/session.json';
import settings from './vi/settings.json';
import shell from './vi/shell.json';
import sync from './vi/sync.json';
import timeline from './vi/timeline.json';
import values from './vi/values.json';
import workflow from './vi/workflow.json';

export const vi = {
  app,
  audit,
  backups,
  calendar,
  contacts,
  dashboard,
  documents,
  drive,
  errors,
  files,
  help,
  intake,
  lists,
  lock,
  past,
  people,
  preview,
  project,
  projects,
  rates,
  security,
  session,
  settings,
  shell,
  sync,
  timeline,
  values,
  workflow,
};
