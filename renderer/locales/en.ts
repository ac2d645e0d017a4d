import app from './en/app.json';
import audit from './en/audit.json';
import backups from './en/backups.json';
import calendar from './en/calendar.json';
import contacts from './en/contacts.json';
import dashboard from './en/dashboard.json';
import documents from './en/documents.json';
import drive from './en/drive.json';
import errors from './en/errors.json';
import files from './en/files.json';
import help from './en/help.json';
import intake from './en/intake.json';
import lists from './en/lists.json';
import lock from './en/lock.json';
import past from './en/past.json';
import people from './en/people.json';
import preview from './en/preview.json';
import project from './en/project.json';
import projects from './en/projects.json';
import rates from './en/rates.json';
import security from './en/security.json';
import session from './en/session.json';
import settings from './en/settings.json';
import shell from './en/shell.json';
import sync from './en/sync.json';
import timeline from './en/timeline.json';
import values from './en/values.json';
import workflow from './en/workflow.json';

export const en = {
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
