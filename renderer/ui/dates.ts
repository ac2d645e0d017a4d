import '@mantine/dates/styles.layer.css';
import 'dayjs/locale/vi';

/* Fields for dates and times, with their looks and their Vietnamese words: what only some pages need is read with those. */
export { DateInput, DatePicker, TimePicker } from '@mantine/dates';
