import { ActionIcon, Autocomplete, Button, Menu, Select } from '@mantine/core';
import { IconDots, IconUserMinus } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { PART_LENGTH, type TeamMember } from '../../../../shared/api/project-page.ts';
import { EXCLUDED } from '../../../../shared/domain/workflow.ts';
import { useReadOnly } from '../../../app/app-store.ts';
import { call } from '../../../app/bridge.ts';
import { texts, type Texts } from '../../../app/i18n.ts';
import { query } from '../../../app/queries.ts';
import { useMayAccess } from '../../../app/use-may-access.ts';
import { useErrorText } from '../../../ui/error-text.ts';
import { notifyFailure } from '../../../ui/notify.tsx';
import { PersonAvatar } from '../../../ui/PersonAvatar.tsx';
import { useFormat } from '../../../ui/use-format.ts';
import { usePeopleChoices } from './edit/use-people-choices.ts';
import { WaitingMark } from './edit/FieldNote.tsx';
import { Panel } from './Panel.tsx';
import classes from './Team.module.css';
import { useOfferUndo } from './undo.ts';

type NamedPart = keyof Texts['project']['team']['parts'];

/** What is offered; a part is a text of the organization's own. */
const offered = ['lead', 'member', 'reviewer', EXCLUDED] as const;

function usePartName(): (part: string) => string {
  const { t } = useTranslation();
  return (part) => (Object.hasOwn(texts().project.team.parts, part) ? t(`project.team.parts.${part as NamedPart}`) : part);
}

interface Change {
  user_id: string;
  name: string;
  /** Null takes the person off the team. */
  part: string | null;
  before: string | null;
}

function useChangeTeam(projectId: string) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const offerUndo = useOfferUndo();
  const partName = usePartName();
  const set = (user_id: string, part: string | null) =>
    part === null
      ? call('project.removeMember', { id: projectId, user_id })
      : call('project.setMember', { id: projectId, user_id, part });
  return useMutation({
    mutationFn: ({ user_id, part }: Change) => set(user_id, part),
    onSuccess: (_, { user_id, name, part, before }) => {
      const what = part === null ? t('project.team.removed', { name }) : t('project.team.changed', { name, part: partName(part) });
      offerUndo(what, () => set(user_id, before));
    },
    onError: (error) => notifyFailure(t('project.team.failed'), errorText(error)),
  });
}

/** Who works on the project and who is kept out of it; managers change it, the others see it. */
export function TeamPanel({ projectId }: { projectId: string }) {
  const { t } = useTranslation();
  const mayAccess = useMayAccess();
  const readOnly = useReadOnly();
  const { data: team } = useQuery(query('project.team', { id: projectId }));
  const mayChange = mayAccess('insert', 'project_assignments');
  if (!team) return null;
  return (
    <Panel heading={t('project.team.title')}>
      {team.length === 0 && <p className={classes['none']}>{t(mayChange ? 'project.team.emptyManager' : 'project.team.empty')}</p>}
      <ul className={classes['team']}>
        {team.map((member) => (
          <MemberRow key={member.id} projectId={projectId} member={member} mayChange={mayChange} />
        ))}
      </ul>
      {mayChange && <AddMember projectId={projectId} team={team} />}
      {!mayChange && !readOnly && <p className={classes['none']}>{t('project.team.managersOnly')}</p>}
    </Panel>
  );
}

function MemberRow({ projectId, member, mayChange }: { projectId: string; member: TeamMember; mayChange: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const partName = usePartName();
  const change = useChangeTeam(projectId);
  const name = member.name ?? t('project.team.unknown');
  const when = format.dateTime(member.assigned_at);
  const excluded = member.part === EXCLUDED;
  const set = (part: string | null) => change.mutate({ user_id: member.user_id, name, part, before: member.part });
  return (
    <li className={classes['member']}>
      <PersonAvatar name={name} />
      <span className={classes['text']}>
        <span className={classes['name']}>
          {name}
          <span className={classes['part']} data-excluded={excluded || undefined}>
            {partName(member.part)}
          </span>
          {member.pending && <WaitingMark />}
        </span>
        <span className={classes['note']}>
          {[
            member.role && t(`values.role.${member.role}`),
            excluded && t('project.team.excludedHint'),
            member.assigned_by_name
              ? t('project.team.since', { when, name: member.assigned_by_name })
              : t('project.team.sincePlain', { when }),
          ]
            .filter(Boolean)
            .join(' · ')}
        </span>
      </span>
      {mayChange && (
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon size="lg" aria-label={t('project.team.manage', { name })} disabled={change.isPending}>
              <IconDots size={16} aria-hidden />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            {offered
              .filter((part) => part !== member.part)
              .map((part, index) => (
                <Menu.Item key={part} data-autofocus={index === 0 || undefined} onClick={() => set(part)}>
                  {partName(part)}
                </Menu.Item>
              ))}
            <Menu.Divider />
            <Menu.Item leftSection={<IconUserMinus size={14} aria-hidden />} onClick={() => set(null)}>
              {t('project.team.remove')}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
    </li>
  );
}

/** Lists are made when they are opened: measuring and placing them would hold up the page with each project. */
const onDemand = { keepMounted: false };

function AddMember({ projectId, team }: { projectId: string; team: readonly TeamMember[] }) {
  const { t } = useTranslation();
  const partName = usePartName();
  const change = useChangeTeam(projectId);
  const { choices, setSearch } = usePeopleChoices();
  const [userId, setUserId] = useState<string | null>(null);
  const [typed, setTyped] = useState(partName('member'));
  const free = choices.filter(({ value }) => !team.some(({ user_id }) => user_id === value));
  // What is typed in words of the screen is kept as the word that every screen knows.
  const part = offered.find((one) => partName(one) === typed.trim()) ?? typed.trim();
  const add = () => {
    const choice = free.find(({ value }) => value === userId);
    if (!choice || !part) return;
    change.mutate({ user_id: choice.value, name: choice.label.split(' · ')[0] ?? choice.label, part, before: null }, { onSuccess: () => setUserId(null) });
  };
  return (
    <form
      className={classes['add']}
      aria-label={t('project.team.add')}
      onSubmit={(event) => {
        event.preventDefault();
        add();
      }}
    >
      <Select
        aria-label={t('project.team.person')}
        placeholder={t('project.team.add')}
        searchable
        comboboxProps={onDemand}
        data={free}
        filter={({ options }) => options}
        onSearchChange={(search) => setSearch(free.some(({ label }) => label === search) ? '' : search)}
        nothingFoundMessage={t('project.choice.nothing')}
        value={userId}
        onChange={setUserId}
      />
      <Autocomplete
        aria-label={t('project.team.part')}
        maxLength={PART_LENGTH}
        comboboxProps={onDemand}
        data={offered.map(partName)}
        filter={({ options }) => options}
        value={typed}
        onChange={setTyped}
      />
      <Button type="submit" variant="default" disabled={userId === null || !part} loading={change.isPending}>
        {t('project.team.addAction')}
      </Button>
    </form>
  );
}
