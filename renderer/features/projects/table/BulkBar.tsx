import { Button, Menu, Popover, Progress, Select, TagsInput } from '@mantine/core';
import { IconArrowBackUp, IconFlag, IconPlayerPause, IconPlayerPlay, IconPlayerStop, IconTag, IconUserShare, IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { BulkAction } from '../../../../shared/api/lists.ts';
import { priorityLevels } from '../../../../shared/api/projects.ts';
import { foldText } from '../../../../shared/domain/fold-text.ts';
import { query } from '../../../app/queries.ts';
import { Dialog } from '../../../ui/Dialog.tsx';
import { useErrorText } from '../../../ui/error-text.ts';
import { notifyDone, notifyFailure, notifyUndo } from '../../../ui/notify.tsx';
import { useFormat } from '../../../ui/use-format.ts';
import { ReasonDialog } from '../page/ReasonDialog.tsx';
import { PriorityMark } from '../parts/PriorityMark.tsx';
import { useListChoices } from '../use-list-choices.ts';
import { changeMany, stopBulk, undoMany, useBulkRun, type BulkOutcome } from './bulk-run.ts';
import classes from './Menus.module.css';
import { clearSelection, useSelection } from './selection.ts';

const CODES_SHOWN = 30;
const nobody = '';

/** What can be done with the marked projects, how far it has come, and what became of it. */
export function BulkBar() {
  const { t } = useTranslation();
  const format = useFormat();
  const errorText = useErrorText();
  const ids = useSelection((state) => state.ids);
  const run = useBulkRun((state) => state.run);
  const [outcome, setOutcome] = useState<BulkOutcome | null>(null);
  const [holding, setHolding] = useState(false);

  const attempt = async (work: () => Promise<BulkOutcome>, tell: (result: BulkOutcome) => void) => {
    try {
      const result = await work();
      if (result.refused.length > 0 || result.left > 0) setOutcome(result);
      else tell(result);
    } catch (error) {
      notifyFailure(t('lists.bulk.failed'), errorText(error));
    }
  };
  const words = (key: 'done' | 'undone', { changed: { length: count } }: BulkOutcome) => t(`lists.bulk.${key}`, { count, changed: format.number(count) });
  const undo = ({ changed }: BulkOutcome) => void attempt(() => undoMany(changed), (result) => notifyDone(words('undone', result)));
  const act = (action: BulkAction) =>
    void attempt(
      () => changeMany([...ids], action),
      (result) => {
        if (result.changed.length > 0) notifyUndo(words('done', result), t('lists.bulk.undo'), () => undo(result));
        else notifyDone(t('lists.bulk.unchanged', { count: result.unchanged, changed: format.number(result.unchanged) }));
      },
    );

  return (
    <>
      {(ids.size > 0 || run) && (
        <section className={classes['bulk']} aria-label={t('lists.bulk.label')}>
          <span className={classes['bulkCount']} role="status">
            {t('lists.bulk.selected', { count: ids.size, total: format.number(ids.size) })}
          </span>
          {run ? (
            <>
              <Progress.Root size="lg" className={classes['bulkProgress']}>
                <Progress.Section value={(100 * run.done) / run.total} aria-label={t('lists.bulk.progress')} />
              </Progress.Root>
              <Button variant="default" leftSection={<IconPlayerStop size={16} aria-hidden />} disabled={run.stopped} onClick={stopBulk}>
                {t('lists.bulk.stop')}
              </Button>
            </>
          ) : (
            <>
              <AssignButton act={act} />
              <PriorityButton act={act} />
              <Button variant="default" leftSection={<IconPlayerPause size={16} aria-hidden />} onClick={() => setHolding(true)}>
                {t('lists.bulk.hold')}
              </Button>
              <Button variant="default" leftSection={<IconPlayerPlay size={16} aria-hidden />} onClick={() => act({ kind: 'resume' })}>
                {t('lists.bulk.resume')}
              </Button>
              <TagsButton act={act} />
              <Button variant="subtle" leftSection={<IconX size={16} aria-hidden />} onClick={clearSelection}>
                {t('lists.bulk.clear')}
              </Button>
            </>
          )}
        </section>
      )}
      {holding && (
        <ReasonDialog
          title={t('lists.bulk.holdTitle', { count: ids.size, total: format.number(ids.size) })}
          label={t('project.status.reasonLabel')}
          hint={t('project.status.hint')}
          action={t('lists.bulk.hold')}
          close={() => setHolding(false)}
          give={(reason) => act({ kind: 'hold', reason })}
        />
      )}
      {outcome && <OutcomeDialog outcome={outcome} undo={() => undo(outcome)} close={() => setOutcome(null)} />}
    </>
  );
}

interface ActProps {
  act: (action: BulkAction) => void;
}

function AssignButton({ act }: ActProps) {
  const { t } = useTranslation();
  const { people } = useListChoices();
  const [opened, setOpened] = useState(false);
  return (
    <Popover opened={opened} onChange={setOpened} position="top-start" trapFocus returnFocus>
      <Popover.Target>
        <Button variant="default" leftSection={<IconUserShare size={16} aria-hidden />} onClick={() => setOpened(!opened)}>
          {t('lists.bulk.assign')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('lists.bulk.assign')}>
        <Select
          label={t('projects.page.owner')}
          data-autofocus
          searchable
          w="16rem"
          maxDropdownHeight={220}
          comboboxProps={{ withinPortal: false }}
          nothingFoundMessage={t('lists.filter.nothing')}
          filter={({ options, search }) =>
            options.filter((option) => 'label' in option && foldText(option.label).includes(foldText(search.trim())))
          }
          data={[
            { value: nobody, label: t('lists.filter.noOwner') },
            ...people.filter(({ assignable }) => assignable).map(({ id, name }) => ({ value: id, label: name })),
          ]}
          value={null}
          onChange={(value) => {
            if (value === null) return;
            setOpened(false);
            act({ kind: 'assign', assigned_to: value === nobody ? null : value });
          }}
        />
      </Popover.Dropdown>
    </Popover>
  );
}

function PriorityButton({ act }: ActProps) {
  const { t } = useTranslation();
  return (
    <Menu position="top-start">
      <Menu.Target>
        <Button variant="default" leftSection={<IconFlag size={16} aria-hidden />}>
          {t('projects.table.priority')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {[...priorityLevels].reverse().map((level) => (
          <Menu.Item key={level} onClick={() => act({ kind: 'priority', priority_level: level })}>
            <PriorityMark level={level} />
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function TagsButton({ act }: ActProps) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState(false);
  const { data: known = [] } = useQuery({ ...query('lists.tags'), enabled: opened });
  const [add, setAdd] = useState<string[]>([]);
  const [remove, setRemove] = useState<string[]>([]);
  const field = { data: known, maxTags: 20, comboboxProps: { withinPortal: false } };
  return (
    <Popover opened={opened} onChange={setOpened} position="top-start" trapFocus returnFocus>
      <Popover.Target>
        <Button variant="default" leftSection={<IconTag size={16} aria-hidden />} onClick={() => setOpened(!opened)}>
          {t('projects.page.tags')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('projects.page.tags')}>
        <form
          className={classes['form']}
          onSubmit={(event) => {
            event.preventDefault();
            setOpened(false);
            if (add.length + remove.length > 0) act({ kind: 'tags', add, remove });
            setAdd([]);
            setRemove([]);
          }}
        >
          <TagsInput {...field} w="18rem" label={t('lists.bulk.addTags')} data-autofocus value={add} onChange={setAdd} />
          <TagsInput {...field} label={t('lists.bulk.removeTags')} value={remove} onChange={setRemove} />
          <Button type="submit">{t('lists.bulk.apply')}</Button>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}

function OutcomeDialog({ outcome, undo, close }: { outcome: BulkOutcome; undo: () => void; close: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { changed, unchanged, refused, left } = outcome;
  const line = (key: 'done' | 'unchanged' | 'left', count: number) => <p>{t(`lists.bulk.${key}`, { count, changed: format.number(count) })}</p>;
  return (
    <Dialog onClose={close} size="lg" title={t('lists.bulk.outcome')}>
      {line('done', changed.length)}
      {unchanged > 0 && line('unchanged', unchanged)}
      {left > 0 && line('left', left)}
      <ul className={classes['refused']}>
        {refused.map(({ code, projects }) => (
          <li key={code}>
            {t('lists.bulk.refused', { count: projects.length, changed: format.number(projects.length), why: t(`errors.${code}`) })}
            <div className={classes['codes']}>
              {projects.slice(0, CODES_SHOWN).join(', ')}
              {projects.length > CODES_SHOWN && ` ${t('lists.filter.more', { count: projects.length - CODES_SHOWN })}`}
            </div>
          </li>
        ))}
      </ul>
      {changed.length > 0 && (
        <Button
          variant="default"
          leftSection={<IconArrowBackUp size={16} aria-hidden />}
          onClick={() => {
            close();
            undo();
          }}
        >
          {t('lists.bulk.undo')}
        </Button>
      )}
    </Dialog>
  );
}
