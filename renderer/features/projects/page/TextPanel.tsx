import type { ProjectPage } from '../../../../shared/api/projects.ts';
import { EditableText } from './edit/EditableText.tsx';
import { useFact } from './edit/use-fact.ts';
import { Panel } from './Panel.tsx';

interface Props {
  page: ProjectPage;
  column: 'description' | 'notes';
  heading: string;
}

const MAX_LENGTH = 20_000;

export function TextPanel({ page, column, heading }: Props) {
  const fact = useFact(page, column);
  return (
    <Panel heading={heading}>
      <EditableText fact={fact} label={heading} maxLength={MAX_LENGTH} multiline />
    </Panel>
  );
}
