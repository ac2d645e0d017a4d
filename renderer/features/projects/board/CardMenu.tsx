import { IconDots } from '@tabler/icons-react';
import { useId, useState, type SyntheticEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { ProjectRow, StageColumn } from '../../../../shared/api/projects.ts';
import { useOpening } from '../../../app/later.ts';
import { DrawnAlready } from '../../../ui/DrawnAlready.tsx';
import classes from './Board.module.css';

const keepFromCard = (event: SyntheticEvent) => event.stopPropagation();

/**
 * "Move to…" of one card. Until somebody asks for it there is only its button: a menu for each card would take as long to
 * draw as all else on the board.
 */
export function CardMenu({ project, stages }: { project: ProjectRow; stages: readonly StageColumn[] }) {
  const { t } = useTranslation();
  const id = useId();
  const [asked, setAsked] = useState<HTMLButtonElement | null>(null);
  const [opened, setOpened] = useState(false);
  // Keys and presses inside the menu reach the card too, where they would start a drag.
  return (
    <span onKeyDown={keepFromCard} onMouseDown={keepFromCard} onTouchStart={keepFromCard}>
      <button
        id={id}
        type="button"
        className={classes['menuButton']}
        aria-label={t('projects.board.card.menu', { code: project.project_id })}
        aria-haspopup="menu"
        aria-expanded={opened}
        aria-controls={opened ? `${id}-dropdown` : undefined}
        onClick={({ currentTarget }) => {
          setAsked(currentTarget);
          setOpened(!opened);
        }}
      >
        <IconDots size={16} aria-hidden />
      </button>
      {asked && (
        <OpenedMenu id={id} project={project} stages={stages} opened={opened} onChange={setOpened} button={asked} />
      )}
    </span>
  );
}

interface MenuProps {
  id: string;
  project: ProjectRow;
  stages: readonly StageColumn[];
  opened: boolean;
  onChange: (opened: boolean) => void;
  button: HTMLElement;
}

function OpenedMenu({ button, opened, ...props }: MenuProps) {
  const [later, shown] = useOpening(opened);
  return (
    later && (
      <later.MoveMenu {...props} opened={shown} position="bottom-end">
        <DrawnAlready element={button} />
      </later.MoveMenu>
    )
  );
}
