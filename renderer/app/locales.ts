import appEn from '../locales/en/app.json';
import auditEn from '../locales/en/audit.json';
import calendarEn from '../locales/en/calendar.json';
import errorsEn from '../locales/en/errors.json';
import peopleEn from '../locales/en/people.json';
import lockEn from '../locales/en/lock.json';
import projectEn from '../locales/en/project.json';
import projectsEn from '../locales/en/projects.json';
import securityEn from '../locales/en/security.json';
import sessionEn from '../locales/en/session.json';
import settingsEn from '../locales/en/settings.json';
import syncEn from '../locales/en/sync.json';
import timelineEn from '../locales/en/timeline.json';
import valuesEn from '../locales/en/values.json';
import appVi from '../locales/vi/app.json';
import auditVi from '../locales/vi/audit.json';
import calendarVi from '../locales/vi/calendar.json';
import errorsVi from '../locales/vi/errors.json';
import peopleVi from '../locales/vi/people.json';
import lockVi from '../locales/vi/lock.json';
import projectVi from '../locales/vi/project.json';
import projectsVi from '../locales/vi/projects.json';
import securityVi from '../locales/vi/security.json';
import sessionVi from '../locales/vi/session.json';
import settingsVi from '../locales/vi/settings.json';
import syncVi from '../locales/vi/sync.json';
import timelineVi from '../locales/vi/timeline.json';
import valuesVi from '../locales/vi/values.json';

export const en = {
  app: appEn,
  audit: auditEn,
  calendar: calendarEn,
  errors: errorsEn,
  people: peopleEn,
  lock: lockEn,
  project: projectEn,
  projects: projectsEn,
  security: securityEn,
  session: sessionEn,
  settings: settingsEn,
  sync: syncEn,
  timeline: timelineEn,
  values: valuesEn,
};

export const vi = {
  app: appVi,
  audit: auditVi,
  calendar: calendarVi,
  errors: errorsVi,
  people: peopleVi,
  lock: lockVi,
  project: projectVi,
  projects: projectsVi,
  security: securityVi,
  session: sessionVi,
  settings: settingsVi,
  sync: syncVi,
  timeline: timelineVi,
  values: valuesVi,
};
