import { foldText } from '../../../shared/domain/fold-text.ts';
import { isManager, type Role } from '../../../shared/domain/roles.ts';
import { paths } from '../../app/paths.ts';

const always = (): boolean => true;
const admins = (role: Role): boolean => role === 'admin';

interface Place {
  path: string;
  /** Its name in the navigation. */
  name: 'start' | 'board' | 'projects' | 'documents' | 'sync' | 'people' | 'rates' | 'workflow' | 'security';
  mayOpen: (role: Role) => boolean;
}

const board: Place = { path: paths.board, name: 'board', mayOpen: always };
const projects: Place = { path: paths.projects, name: 'projects', mayOpen: always };
const documents: Place = { path: paths.documents, name: 'documents', mayOpen: always };
const sync: Place = { path: paths.sync, name: 'sync', mayOpen: always };
const people: Place = { path: paths.people, name: 'people', mayOpen: admins };
const rates: Place = { path: paths.rates, name: 'rates', mayOpen: isManager };
const workflow: Place = { path: paths.workflow, name: 'workflow', mayOpen: admins };
const security: Place = { path: paths.security, name: 'security', mayOpen: admins };

/** Situations that people meet, in the order in which the page tells them; texts are in help.topics. */
export const topics = [
  { key: 'offline', places: [sync] },
  { key: 'waiting', places: [sync] },
  { key: 'refused', places: [sync] },
  { key: 'conflict', places: [sync] },
  { key: 'setAside', places: [sync] },
  { key: 'cannotMove', places: [board] },
  { key: 'wrongStage', places: [board] },
  { key: 'cannotEdit', places: [projects] },
  { key: 'blockedStep', places: [board] },
  { key: 'approval', places: [] },
  { key: 'lockedRecord', places: [] },
  { key: 'cannotFind', places: [projects] },
  { key: 'currentVersion', places: [documents] },
  { key: 'checkedOut', places: [documents] },
  { key: 'linkRefused', places: [documents] },
  { key: 'whoSeesDocument', places: [documents] },
  { key: 'provisionalCode', places: [sync] },
  { key: 'stageGone', places: [projects, workflow] },
  { key: 'missingRate', places: [rates] },
  { key: 'forgottenPassword', places: [people] },
  { key: 'lockedScreen', places: [security] },
  { key: 'lostDevice', places: [people] },
  { key: 'newMachine', places: [sync] },
  { key: 'sharedMachine', places: [] },
  { key: 'deviceRevoked', places: [people] },
  { key: 'serverUnreachable', places: [sync] },
  { key: 'damaged', places: [] },
  { key: 'diskFull', places: [] },
  { key: 'update', places: [] },
  { key: 'smallText', places: [] },
] as const satisfies readonly { key: string; places: readonly Place[] }[];

export type Topic = (typeof topics)[number];

/** Whether every word that is searched for is found in a text, whatever its diacritics. */
export function tells(text: string, search: string): boolean {
  const folded = foldText(text);
  return foldText(search).split(/\s+/).every((word) => folded.includes(word));
}
