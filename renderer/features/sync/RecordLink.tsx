import { Link } from 'react-router';
import type { RecordRef } from '../../../shared/api/sync.ts';
import { paths } from '../../app/paths.ts';
import { useRecordName } from './record-name.ts';
import classes from './Sync.module.css';

/** A record by its name, and the way to it where it is still there. */
export function RecordLink({ record }: { record: RecordRef }) {
  const name = useRecordName()(record);
  return record.project_id ? (
    <Link to={paths.project(record.project_id)} className={classes['record']}>
      {name}
    </Link>
  ) : (
    <span className={classes['record']}>{name}</span>
  );
}
