import { IconPencil } from '@tabler/icons-react';
import type { ReactNode, Ref } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './Edit.module.css';

interface Props {
  id?: string | undefined;
  label: string;
  /** The value in words; null where there is none. */
  text: string | null;
  /** How the value is shown, if not as its words. */
  children?: ReactNode;
  onClick: () => void;
  ref?: Ref<HTMLButtonElement>;
}

/** A value that becomes a field when pressed. */
export function FactButton({ id, label, text, children, onClick, ref }: Props) {
  const { t } = useTranslation();
  const shown = text ?? t('app.value.none');
  return (
    <button
      ref={ref}
      id={id}
      type="button"
      className={classes['show']}
      aria-label={`${t('projects.edit.edit', { field: label })}: ${shown}`}
      onClick={onClick}
    >
      {children ?? <span className={text === null ? classes['placeholder'] : undefined}>{shown}</span>}
      <IconPencil size={14} aria-hidden className={classes['pencil']} />
    </button>
  );
}
