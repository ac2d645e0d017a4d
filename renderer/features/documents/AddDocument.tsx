import { Alert, Autocomplete, Button, SegmentedControl, Select, TagsInput, Textarea, TextInput } from '@mantine/core';
import { DateInput } from '../../ui/dates.ts';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { documentCategories, DESCRIPTION_LENGTH, TITLE_LENGTH } from '../../../shared/api/documents.ts';
import type { TakenFile } from '../../../shared/api/files.ts';
import type { AccessLevel } from '../../../shared/domain/access-rules.ts';
import { readDocumentLink } from '../../../shared/domain/document-links.ts';
import { useSession } from '../../app/app-store.ts';
import { call } from '../../app/bridge.ts';
import { query } from '../../app/queries.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { notifyDone } from '../../ui/notify.tsx';
import { useFormat } from '../../ui/use-format.ts';
import { ProjectSelect } from '../audit/ProjectSelect.tsx';
import { DriveInstead } from '../drive/DriveInstead.tsx';
import { LinkFromDrive } from '../drive/LinkFromDrive.tsx';
import { useCategoryName, useDocumentErrorText } from './document-words.ts';
import classes from './Documents.module.css';
import { endOfDay } from './link-expiry.ts';
import { FileChoice } from './FileChoice.tsx';
import { LinkField } from './LinkField.tsx';

interface Props {
  projectId: string | null;
  close: () => void;
  created: (id: string) => void;
}

/** People call a drawing by its name, not by the kind of its file. */
const withoutEnding = (name: string): string => name.replace(/(?<=.)\.[a-z0-9]{1,8}$/i, '');

/** A new document: where it is, what it is called, and who sees it. */
export function AddDocument({ projectId, close, created }: Props) {
  const { t } = useTranslation();
  const errorText = useDocumentErrorText();
  const categoryName = useCategoryName();
  const format = useFormat();
  const { timezone } = useSession().organization;
  const { data: choices } = useQuery(query('documents.choices'));
  const [from, setFrom] = useState<'link' | 'file'>('link');
  const [url, setUrl] = useState('');
  const [files, setFiles] = useState<readonly TakenFile[]>([]);
  /** Null while the link's or file's own name stands in. */
  const [typedTitle, setTitle] = useState<string | null>(null);
  const [project, setProject] = useState(projectId);
  const [category, setCategory] = useState('');
  const [tags, setTags] = useState<string[]>([]);
  const [level, setLevel] = useState<AccessLevel>('internal');
  const [expires, setExpires] = useState<string | null>(null);
  const [description, setDescription] = useState('');
  const [checked, setChecked] = useState(false);
  const [fromDrive, setFromDrive] = useState(false);
  const { data: mayAddThere } = useQuery({ ...query('documents.mayAdd', { project_id: project ?? '' }), enabled: project !== null });

  const link = readDocumentLink(url);
  /** A document each, called like its file, where several were chosen. */
  const several = from === 'file' && files.length > 1;
  const ownName = from === 'link' ? (typeof link === 'object' ? link.name : null) : files[0]?.name;
  const title = typedTitle ?? withoutEnding(ownName ?? '');
  const titleProblem =
    title.trim() === ''
      ? t('projects.edit.required')
      : title.trim().length > TITLE_LENGTH
        ? t('projects.edit.tooLong', { max: TITLE_LENGTH, length: title.trim().length })
        : null;
  const projectProblem =
    project === null
      ? choices?.may_add_loose === false && checked
        ? t('documents.create.projectRequired')
        : null
      : mayAddThere === false
        ? t('documents.create.mayNotAddHere')
        : null;
  const loose = project === null && choices?.may_add_loose === false;
  const known = documentCategories.find((name) => categoryName(name).toLocaleLowerCase() === category.trim().toLocaleLowerCase());

  const create = useMutation({
    mutationFn: async () => {
      const facts = {
        description: description.trim() === '' ? null : description,
        category: category.trim() === '' ? null : (known ?? category),
        tags,
        access_level: level,
        project_id: project,
      };
      if (from === 'link') {
        const expires_at = expires === null ? null : endOfDay(expires, timezone);
        return [await call('documents.create', { ...facts, title, source: { link: { url, expires_at } } })];
      }
      const made: { id: string }[] = [];
      for (const file of files) {
        const called = several ? withoutEnding(file.name) : title;
        made.push(await call('documents.create', { ...facts, title: called, source: { file } }));
        // What is made already is not made again where a later one fails.
        setFiles((left) => left.filter((one) => one !== file));
      }
      return made;
    },
    onSuccess: (made) => {
      notifyDone(
        made.length === 1
          ? t('documents.create.done', { title: title.trim() })
          : t('documents.create.doneMany', { count: made.length, made: format.number(made.length) }),
      );
      const [first] = made;
      if (made.length === 1 && first) created(first.id);
      else close();
    },
  });
  const onSubmit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    setChecked(true);
    const found = from === 'link' ? typeof link === 'object' : files.length > 0;
    if (found && (several || titleProblem === null) && projectProblem === null && !loose) create.mutate();
  };

  if (fromDrive) return <LinkFromDrive projectId={project} close={close} />;
  return (
    <Dialog onClose={close} size="lg" title={t('documents.create.title')}>
      <form className={classes['form']} onSubmit={onSubmit} noValidate>
        {create.error && (
          <Alert color="red" variant="light" icon={<IconAlertTriangle />} title={t('documents.create.failed')} role="alert">
            {errorText(create.error)}
          </Alert>
        )}
        <SegmentedControl
          aria-label={t('documents.create.from')}
          data={(['link', 'file'] as const).map((value) => ({ value, label: t(`documents.create.${value}`) }))}
          value={from}
          onChange={setFrom}
        />
        {from === 'link' ? (
          <>
            <DriveInstead open={() => setFromDrive(true)} />
            <LinkField value={url} change={setUrl} checked={checked} />
          </>
        ) : (
          <FileChoice files={files} several change={setFiles} checked={checked} />
        )}
        {!several && (
          <TextInput
            label={t('documents.create.titleField')}
            value={title}
            error={checked ? titleProblem : null}
            onChange={(event) => setTitle(event.currentTarget.value)}
          />
        )}
        <div className={classes['fields']}>
          <div>
            <ProjectSelect value={project} change={setProject} placeholder={t('documents.noProject')} />
            {projectProblem && (
              <p className={classes['problem']} role="alert">
                {projectProblem}
              </p>
            )}
          </div>
          <Autocomplete
            label={t('documents.filter.category')}
            data={[...new Set((choices?.categories ?? []).map((name) => categoryName(name)))]}
            maxLength={100}
            value={category}
            onChange={setCategory}
          />
          <Select
            label={t('documents.filter.level')}
            description={t(`documents.seen.levels.${level}`)}
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            allowDeselect={false}
            data={(choices?.levels ?? ['internal' as const]).map((value) => ({ value, label: t(`documents.level.${value}`) }))}
            value={level}
            onChange={(chosen) => chosen && setLevel(chosen)}
          />
          <TagsInput label={t('values.column.tags')} data={choices?.tags ?? []} maxTags={50} value={tags} onChange={setTags} />
          {from === 'link' && (
            <DateInput
              label={t('documents.link.expires')}
              placeholder={t('documents.link.never')}
              valueFormat="DD/MM/YYYY"
              clearable
              clearButtonProps={{ 'aria-label': t('documents.clearOne', { field: t('documents.link.expires') }) }}
              value={expires}
              onChange={setExpires}
            />
          )}
        </div>
        <Textarea
          label={t('values.column.description')}
          autosize
          minRows={2}
          maxRows={8}
          maxLength={DESCRIPTION_LENGTH}
          value={description}
          onChange={(event) => setDescription(event.currentTarget.value)}
        />
        <div className={classes['actions']}>
          <Button variant="default" onClick={close}>
            {t('app.actions.cancel')}
          </Button>
          <Button type="submit" loading={create.isPending}>
            {t('documents.create.submit')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
