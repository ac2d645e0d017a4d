import { Button, Menu, Switch, TextInput } from '@mantine/core';
import { IconArchive, IconBookmark, IconCheck, IconCopy, IconDeviceFloppy, IconPencil, IconPlus, IconStar, IconTableOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SavedView } from '../../../../shared/api/views.ts';
import { useReadOnly } from '../../../app/app-store.ts';
import { call } from '../../../app/bridge.ts';
import { query } from '../../../app/queries.ts';
import { Dialog } from '../../../ui/Dialog.tsx';
import { useErrorText } from '../../../ui/error-text.ts';
import { notifyDone, notifyFailure, notifyUndo } from '../../../ui/notify.tsx';
import { useProjectList } from '../filters.ts';
import classes from './Menus.module.css';
import { applyView, differs, presentView } from './view-state.ts';

const screen = 'projects';

type Naming = { kind: 'add' } | { kind: 'rename'; view: SavedView };

/** Whose default view has been opened in this window: it is where a person begins, not where they always return to. */
let begun: string | null = null;

/** Begins with the person's default view, unless a link asks for something else. */
export function useDefaultView(personId: string, asked: boolean): void {
  const { data: views } = useQuery(query('views.list', { screen }));
  useEffect(() => {
    if (!views || begun === personId) return;
    begun = personId;
    const view = views.find(({ own, definition }) => own && definition['is_default'] === true);
    if (view && !asked) applyView(view);
  }, [views, personId, asked]);
}

/** The saved arrangements of the table: own ones and those that colleagues share. */
export function ViewsMenu() {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const { data: views = [] } = useQuery(query('views.list', { screen }));
  const state = useProjectList();
  const readOnly = useReadOnly();
  const [naming, setNaming] = useState<Naming | null>(null);
  const present = views.find(({ id }) => id === state.view);
  const changed = present !== undefined && differs(present);
  const isDefault = present?.definition['is_default'] === true;

  const attempt = (work: Promise<unknown>, done?: () => void) =>
    work.then(done, (error: unknown) => notifyFailure(t('lists.views.failed'), errorText(error)));
  const save = (view: SavedView) =>
    void attempt(call('views.change', { id: view.id, patch: { definition: presentView(isDefault) } }), () =>
      notifyDone(t('lists.views.saved', { name: view.name })),
    );
  const archive = (view: SavedView) =>
    void attempt(call('views.archive', { id: view.id }), () => {
      useProjectList.setState({ view: null });
      notifyUndo(t('lists.views.archived', { name: view.name }), t('lists.edit.undo'), () =>
        void attempt(call('views.archive', { id: view.id, archived: false })),
      );
    });
  const copy = (view: SavedView) =>
    void attempt(
      call('views.add', { screen, name: t('lists.views.copyName', { name: view.name }).slice(0, 200), definition: { ...view.definition, is_default: false } }).then(
        (id) => useProjectList.setState({ view: id }),
      ),
    );

  const own = views.filter((view) => view.own);
  const shared = views.filter((view) => !view.own);
  const item = (view: SavedView) => (
    <Menu.Item
      key={view.id}
      leftSection={view.id === state.view ? <IconCheck size={16} aria-hidden /> : <span className={classes['blank']} />}
      aria-current={view.id === state.view || undefined}
      onClick={() => applyView(view)}
    >
      {view.name}
      <span className={classes['note']}>
        {view.own ? view.is_shared && t('lists.views.sharedByMe') : t('lists.views.by', { name: view.owner_name ?? '' })}
        {view.own && view.definition['is_default'] === true && ` ${t('lists.views.isDefault')}`}
      </span>
    </Menu.Item>
  );

  return (
    <>
      <Menu position="bottom-start">
        <Menu.Target>
          <Button variant="default" leftSection={<IconBookmark size={16} aria-hidden />}>
            {present ? t(changed ? 'lists.views.changed' : 'lists.views.present', { name: present.name }) : t('lists.views.label')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown className={classes['views']}>
          <Menu.Item leftSection={<IconTableOff size={16} aria-hidden />} onClick={() => applyView(null)}>
            {t('lists.views.none')}
          </Menu.Item>
          {own.length > 0 && <Menu.Label>{t('lists.views.own')}</Menu.Label>}
          {own.map(item)}
          {shared.length > 0 && <Menu.Label>{t('lists.views.shared')}</Menu.Label>}
          {shared.map(item)}
          {!readOnly && (
            <>
              <Menu.Divider />
              {present?.own && (
                <>
                  <Menu.Item leftSection={<IconDeviceFloppy size={16} aria-hidden />} disabled={!changed} onClick={() => save(present)}>
                    {t('lists.views.save', { name: present.name })}
                  </Menu.Item>
                  <Menu.Item leftSection={<IconPencil size={16} aria-hidden />} onClick={() => setNaming({ kind: 'rename', view: present })}>
                    {t('lists.views.rename')}
                  </Menu.Item>
                  <Menu.Item
                    leftSection={<IconStar size={16} aria-hidden />}
                    onClick={() => void attempt(call('views.setDefault', { screen, id: isDefault ? null : present.id }))}
                  >
                    {t(isDefault ? 'lists.views.unsetDefault' : 'lists.views.setDefault')}
                  </Menu.Item>
                  <Menu.Item leftSection={<IconArchive size={16} aria-hidden />} onClick={() => archive(present)}>
                    {t('lists.views.archive')}
                  </Menu.Item>
                </>
              )}
              {present && !present.own && (
                <Menu.Item leftSection={<IconCopy size={16} aria-hidden />} onClick={() => copy(present)}>
                  {t('lists.views.copy')}
                </Menu.Item>
              )}
              <Menu.Item leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setNaming({ kind: 'add' })}>
                {t('lists.views.add')}
              </Menu.Item>
            </>
          )}
        </Menu.Dropdown>
      </Menu>
      {naming && <NameDialog naming={naming} close={() => setNaming(null)} />}
    </>
  );
}

function NameDialog({ naming, close }: { naming: Naming; close: () => void }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const [name, setName] = useState(naming.kind === 'rename' ? naming.view.name : '');
  const [isShared, setShared] = useState(naming.kind === 'rename' && naming.view.is_shared);
  const [problem, setProblem] = useState<string | null>(null);
  const save = async () => {
    if (name.trim() === '') {
      setProblem(t('lists.views.nameRequired'));
      return;
    }
    try {
      if (naming.kind === 'rename') await call('views.change', { id: naming.view.id, patch: { name, is_shared: isShared } });
      else useProjectList.setState({ view: await call('views.add', { screen, name, definition: presentView(), is_shared: isShared }) });
      close();
    } catch (error) {
      setProblem(errorText(error));
    }
  };
  return (
    <Dialog onClose={close} title={t(naming.kind === 'rename' ? 'lists.views.rename' : 'lists.views.add')}>
      <form
        className={classes['form']}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <TextInput
          label={t('lists.views.name')}
          data-autofocus
          required
          maxLength={200}
          value={name}
          error={problem}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Switch label={t('lists.views.share')} checked={isShared} onChange={(event) => setShared(event.currentTarget.checked)} />
        <div className={classes['actions']}>
          <Button variant="default" onClick={close}>
            {t('app.actions.cancel')}
          </Button>
          <Button type="submit">{t('lists.views.keep')}</Button>
        </div>
      </form>
    </Dialog>
  );
}
