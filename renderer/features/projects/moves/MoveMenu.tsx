import { Menu, type MenuProps } from '@mantine/core';
import { IconCheck, IconFlag, IconLock, IconPencil } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { MoveOption, StageColumn } from '../../../../shared/api/projects.ts';
import { query } from '../../../app/queries.ts';
import { useErrorText } from '../../../ui/error-text.ts';
import { StageDot } from '../parts/StageDot.tsx';
import { useMissingText } from './missing-text.ts';
import { answerOf } from './move-option.ts';
import { useMove, type MovedProject } from './use-move.ts';
import classes from './moves.module.css';

interface Props {
  /** Of the button, where it is drawn apart from the menu. */
  id?: string;
  project: MovedProject & { current_stage_id: string | null };
  stages: readonly StageColumn[];
  opened: boolean;
  onChange: (opened: boolean) => void;
  position: NonNullable<MenuProps['position']>;
  /** The button that opens the menu. */
  children: ReactNode;
}

const answerIcons = { ready: IconCheck, reason: IconPencil, blocked: IconLock };

/** Every stage as a target with its answer; a blocked one explains itself when chosen. */
export function MoveMenu({ id, project, stages, opened, onChange, position, children }: Props) {
  const errorText = useErrorText();
  const { data: options, error } = useQuery({ ...query('projects.moves', { id: project.id }), enabled: opened });
  // It opens with its entries in it, so that the keyboard lands on one.
  const ready = options !== undefined || error !== null;
  return (
    <Menu {...(id === undefined ? {} : { id })} opened={opened && ready} onChange={onChange} position={position} width={300}>
      <Menu.Target>{children}</Menu.Target>
      <Menu.Dropdown>
        {error && <Menu.Item disabled>{errorText(error)}</Menu.Item>}
        {options && !error && <MoveMenuItems project={project} stages={stages} options={options} />}
      </Menu.Dropdown>
    </Menu>
  );
}

function MoveMenuItems({ project, stages, options }: Pick<Props, 'project' | 'stages'> & { options: MoveOption[] }) {
  const { t } = useTranslation();
  const move = useMove();
  const choose = (id: string | null, name: string) => {
    void move(project, { id, name });
  };
  const firstChoice = stages.find(({ id }) => id !== project.current_stage_id)?.id;
  const completing = options.find(({ to_stage_id }) => to_stage_id === null);

  return (
    <>
      {stages.map((stage) => {
        const option = options.find(({ to_stage_id }) => to_stage_id === stage.id);
        const current = stage.id === project.current_stage_id;
        return (
          <Menu.Item
            key={stage.id}
            disabled={current || !option}
            data-autofocus={stage.id === firstChoice || undefined}
            leftSection={<StageDot color={stage.color} />}
            rightSection={!current && option && <AnswerMark option={option} />}
            onClick={() => choose(stage.id, stage.name)}
          >
            {stage.name}
            <span className={classes['note']}>
              {current ? t('projects.move.current') : option && <AnswerNote option={option} />}
            </span>
          </Menu.Item>
        );
      })}
      {completing && (
        <>
          <Menu.Divider />
          <Menu.Item
            leftSection={<IconFlag size={14} aria-hidden />}
            rightSection={<AnswerMark option={completing} />}
            onClick={() => choose(null, t('projects.move.completed'))}
          >
            {t('projects.move.complete')}
            <span className={classes['note']}>
              <AnswerNote option={completing} />
            </span>
          </Menu.Item>
        </>
      )}
    </>
  );
}

function AnswerMark({ option }: { option: MoveOption }) {
  const answer = answerOf(option);
  const Icon = answerIcons[answer];
  return <Icon size={14} aria-hidden className={classes['answer']} data-answer={answer} />;
}

function AnswerNote({ option }: { option: MoveOption }) {
  const { t } = useTranslation();
  const missingText = useMissingText();
  const answer = answerOf(option);
  if (answer === 'ready') return null;
  if (answer === 'reason') return t('projects.move.needsReason');
  const [only, ...more] = option.missing;
  if (only && more.length === 0) return missingText(only);
  return t('projects.move.missing', { count: option.missing.length });
}
