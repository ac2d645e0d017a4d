import { Button, Menu, Popover, Select, TagsInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconArrowsExchange, IconCategory, IconShare, IconTag, IconX } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DocumentBulkAction, DocumentBulkChange, DocumentBulkResult } from '../../../shared/api/documents.ts';
import { call } from '../../app/bridge.ts';
import { query } from '../../app/queries.ts';
import { useErrorText } from '../../ui/error-text.ts';
import { notifyDone, notifyFailure, notifyUndo } from '../../ui/notify.tsx';
import { useFormat } from '../../ui/use-format.ts';
import { useCategoryName } from './document-words.ts';
import classes from './Documents.module.css';

const SEARCH_PAUSE_MS = 120;
const OFFERED = 20;
const NONE = '';

interface Props {
  ids: ReadonlySet<string>;
  done: () => void;
}

/** What can be done with the marked documents at once; what may not be changed is told, and the rest is. */
export function DocumentsBulkBar({ ids, done }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const errorText = useErrorText();
  const categoryName = useCategoryName();
  const { data: choices } = useQuery(query('documents.choices'));
  const words = (key: 'done' | 'undone' | 'unchanged' | 'refused', count: number) => t(`documents.bulk.${key}`, { count, changed: format.number(count) });
  const tellRefused = ({ refused }: DocumentBulkResult) => {
    for (const code of new Set(refused.map((one) => one.code))) {
      notifyFailure(words('refused', refused.filter((one) => one.code === code).length), t(`errors.${code}`));
    }
  };
  const undo = async (changes: DocumentBulkChange[]) => {
    try {
      const result = await call('documents.undoBulk', { changes });
      if (result.changed.length > 0) notifyDone(words('undone', result.changed.length));
      tellRefused(result);
    } catch (error) {
      notifyFailure(t('documents.bulk.failed'), errorText(error));
    }
  };
  const { mutate, isPending } = useMutation({
    mutationFn: (action: DocumentBulkAction) => call('documents.bulk', { ids: [...ids], action }),
    onSuccess: (result) => {
      const { changed, unchanged, refused } = result;
      if (changed.length > 0) notifyUndo(words('done', changed.length), t('documents.bulk.undo'), () => void undo(changed));
      else if (refused.length === 0) notifyDone(words('unchanged', unchanged));
      tellRefused(result);
      done();
    },
    onError: (error) => notifyFailure(t('documents.bulk.failed'), errorText(error)),
  });
  return (
    <section className={classes['bulk']} aria-label={t('documents.bulk.label')}>
      <span className={classes['bulkCount']} role="status">
        {t('documents.bulk.selected', { count: ids.size, total: format.number(ids.size) })}
      </span>
      <Menu position="top-start">
        <Menu.Target>
          <Button variant="default" disabled={isPending} leftSection={<IconCategory size={16} aria-hidden />}>
            {t('documents.bulk.category')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {choices?.categories.map((category) => (
            <Menu.Item key={category} onClick={() => mutate({ kind: 'category', category })}>
              {categoryName(category)}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <TagsButton known={choices?.tags ?? []} act={mutate} />
      <Menu position="top-start">
        <Menu.Target>
          <Button variant="default" disabled={isPending} leftSection={<IconShare size={16} aria-hidden />}>
            {t('documents.bulk.level')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {choices?.levels.map((access_level) => (
            <Menu.Item key={access_level} onClick={() => mutate({ kind: 'level', access_level })}>
              {t(`documents.level.${access_level}`)}
              <span className={classes['menuNote']}>{t(`documents.seen.levels.${access_level}`)}</span>
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <MoveButton act={mutate} />
      <Button variant="subtle" leftSection={<IconX size={16} aria-hidden />} onClick={done}>
        {t('documents.bulk.clear')}
      </Button>
    </section>
  );
}

interface ActProps {
  act: (action: DocumentBulkAction) => void;
}

function TagsButton({ known, act }: ActProps & { known: string[] }) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState(false);
  const [add, setAdd] = useState<string[]>([]);
  const [remove, setRemove] = useState<string[]>([]);
  const field = { data: known, maxTags: 20, comboboxProps: { withinPortal: false } };
  return (
    <Popover opened={opened} onChange={setOpened} position="top-start" trapFocus returnFocus>
      <Popover.Target>
        <Button variant="default" leftSection={<IconTag size={16} aria-hidden />} onClick={() => setOpened(!opened)}>
          {t('documents.bulk.tags')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('documents.bulk.tags')}>
        <form
          className={classes['form']}
          onSubmit={(event) => {
            event.preventDefault();
            setOpened(false);
            if (add.length + remove.length > 0) act({ kind: 'tags', add, remove });
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

function MoveButton({ act }: ActProps) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState(false);
  const [typed, setTyped] = useState('');
  const [search] = useDebouncedValue(typed, SEARCH_PAUSE_MS);
  const { data } = useQuery({ ...query('projects.list', { search, limit: OFFERED }), enabled: opened });
  return (
    <Popover opened={opened} onChange={setOpened} position="top-start" trapFocus returnFocus>
      <Popover.Target>
        <Button variant="default" leftSection={<IconArrowsExchange size={16} aria-hidden />} onClick={() => setOpened(!opened)}>
          {t('documents.bulk.move')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('documents.bulk.move')}>
        <Select
          label={t('documents.filter.project')}
          data-autofocus
          searchable
          w="22rem"
          maxDropdownHeight={220}
          comboboxProps={{ withinPortal: false }}
          nothingFoundMessage={t('audit.filters.noProject')}
          filter={({ options }) => options}
          data={[
            { value: NONE, label: t('documents.bulk.noProject') },
            ...(data?.rows ?? []).map(({ id, project_id, title }) => ({ value: id, label: `${project_id} · ${title}` })),
          ]}
          searchValue={typed}
          onSearchChange={setTyped}
          value={null}
          onChange={(value) => {
            if (value === null) return;
            setOpened(false);
            act({ kind: 'move', project_id: value === NONE ? null : value });
          }}
        />
      </Popover.Dropdown>
    </Popover>
  );
}
