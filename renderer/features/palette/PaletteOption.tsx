import { IconBuilding, IconFile, IconHammer, IconUser, type Icon } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { FoundInside, FoundRecord, RecordKind } from '../../../shared/api/search.ts';
import { ShortcutKeys } from '../../ui/ShortcutKeys.tsx';
import type { Command } from './use-commands.ts';
import classes from './Palette.module.css';

const icons: Readonly<Record<RecordKind, Icon>> = {
  project: IconHammer,
  contact: IconBuilding,
  document: IconFile,
  person: IconUser,
};

export function RecordOption({ record }: { record: FoundRecord }) {
  const details = useDetails();
  const KindIcon = icons[record.kind];
  return (
    <>
      <KindIcon size={18} stroke={1.6} aria-hidden className={classes['icon']} />
      <span className={classes['words']}>
        <span className={classes['name']}>
          {record.kind === 'project' && <span className={classes['code']}>{record.code}</span>}
          {record.title}
        </span>
        <span className={classes['details']}>{details(record).join(' · ')}</span>
      </span>
    </>
  );
}

export function CommandOption({ command: { label, Icon, shortcut } }: { command: Command }) {
  return (
    <>
      <Icon size={18} stroke={1.6} aria-hidden className={classes['icon']} />
      <span className={classes['words']}>
        <span className={classes['name']}>{label}</span>
      </span>
      {shortcut && (
        <span aria-hidden>
          <ShortcutKeys shortcut={shortcut} />
        </span>
      )}
    </>
  );
}

/** What tells a record from others of its name. */
function useDetails(): (record: FoundRecord) => string[] {
  const { t } = useTranslation();
  const filled = (parts: (string | null | undefined)[]): string[] => parts.filter((part): part is string => part !== null && part !== undefined && part !== '');
  const insideText = ({ snippet, is_current }: FoundInside): string => {
    const where = t(is_current ? 'shell.palette.inside' : 'shell.palette.insideOld');
    return snippet === null ? where : `${where}: ${snippet}`;
  };
  return (record) => {
    switch (record.kind) {
      case 'project':
        return filled([record.customer_name, t(`values.status.${record.status}`)]);
      case 'contact':
        return filled([t(`shell.contactType.${record.type}`), record.code, record.contact_name]);
      case 'document':
        return filled([record.inside && insideText(record.inside), record.project_code, record.code]);
      case 'person':
        return filled([t(`values.role.${record.role}`), record.department]);
    }
  };
}
