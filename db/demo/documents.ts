import { personId } from './people.ts';
import { base, demoId, mainOrganizationId, type DemoClock, type DemoRow } from './rows.ts';

interface DemoDocument {
  job: string;
  title: string;
  description: string;
  category: string;
  access: 'internal' | 'customer' | 'supplier' | 'external';
  uploadedBy: string;
  daysAgo: number;
  tags: readonly string[];
  /** A file in the centre's storage, or a link elsewhere. */
  source:
    | { fileName: string; mimeType: string; size: number; changes?: readonly string[] }
    | { url: string; externalId: string | null };
}

const pdf = 'application/pdf';
const sheet = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

const documents: readonly DemoDocument[] = [
  {
    job: 'door-gauge',
    title: 'Bản vẽ đồ gá cửa trước',
    description: 'Bản vẽ lắp và tám bản vẽ chi tiết.',
    category: 'drawing',
    access: 'external',
    uploadedBy: 'mechanical.engineer',
    daysAgo: 16,
    tags: ['bản vẽ'],
    source: {
      fileName: 'do-ga-cua-truoc.pdf',
      mimeType: pdf,
      size: 1_482_204,
      changes: ['Bản đầu', 'Dời chốt định vị số 4, thêm bảng dung sai'],
    },
  },
  {
    job: 'door-gauge',
    title: 'Mô hình 3D trên Google Drive',
    description: 'Tệp STEP của cả cụm, khách mở bằng liên kết.',
    category: 'drawing',
    access: 'customer',
    uploadedBy: 'senior.engineer',
    daysAgo: 14,
    tags: ['3D', 'liên kết'],
    source: {
      url: 'https://drive.google.com/file/d/1FactoryPulseDemoDoorGauge/view',
      externalId: '1FactoryPulseDemoDoorGauge',
    },
  },
  {
    job: 'heat-shield',
    title: 'Phiếu kiểm tra mẫu đầu',
    description: 'Số đo năm tấm đầu tiên của lô chạy thử.',
    category: 'inspection',
    access: 'customer',
    uploadedBy: 'quality.inspector',
    daysAgo: 5,
    tags: ['kiểm tra'],
    source: { fileName: 'kiem-tra-mau-dau.xlsx', mimeType: sheet, size: 48_310 },
  },
  {
    job: 'seat-rail',
    title: 'Chứng chỉ vật liệu nhôm 7075',
    description: 'Chứng chỉ xuất xưởng của lô thanh nhôm đang gia công.',
    category: 'certificate',
    access: 'customer',
    uploadedBy: 'procurement',
    daysAgo: 8,
    tags: ['vật liệu', 'chứng chỉ'],
    source: { fileName: 'chung-chi-nhom-7075.pdf', mimeType: pdf, size: 312_577 },
  },
  {
    job: 'flap-mould',
    title: 'Bảng tính giá hai phương án',
    description: 'So sánh khuôn nhôm và khuôn thép, có phần gia công ngoài.',
    category: 'quote',
    access: 'internal',
    uploadedBy: 'sales.manager',
    daysAgo: 6,
    tags: ['giá'],
    source: { fileName: 'tinh-gia-khuon.xlsx', mimeType: sheet, size: 96_742 },
  },
  {
    job: 'titanium-mount',
    title: 'Yêu cầu báo giá phôi titan',
    description: 'Quy cách phôi gửi các nhà cung cấp.',
    category: 'rfq',
    access: 'supplier',
    uploadedBy: 'procurement',
    daysAgo: 34,
    tags: ['RFQ'],
    source: { fileName: 'yeu-cau-phoi-titan.pdf', mimeType: pdf, size: 205_118 },
  },
  {
    job: 'welding-clamps',
    title: 'Biên bản nghiệm thu',
    description: 'Bản quét có chữ ký hai bên.',
    category: 'delivery',
    access: 'customer',
    uploadedBy: 'customer.service',
    daysAgo: 11,
    tags: ['nghiệm thu'],
    source: { fileName: 'bien-ban-nghiem-thu.pdf', mimeType: pdf, size: 688_034 },
  },
];

const bucketName = 'documents';
const bucketId = demoId('bucket', bucketName);

const projectOf = (document: DemoDocument): string => demoId('project', document.job);
const keyOf = (document: DemoDocument): string => `${document.job}.${document.title}`;
const pathOf = (document: DemoDocument, fileName: string): string =>
  `${mainOrganizationId}/${projectOf(document)}/${fileName}`;

export function documentRows(clock: DemoClock): DemoRow[] {
  return documents.map((document) => {
    const file = 'fileName' in document.source ? document.source : null;
    const link = 'url' in document.source ? document.source : null;
    return {
      ...base(demoId('document', keyOf(document)), clock.at(document.daysAgo, 14)),
      project_id: projectOf(document),
      title: document.title,
      description: document.description,
      file_name: file?.fileName ?? null,
      file_path: file ? pathOf(document, file.fileName) : null,
      file_size: file?.size ?? null,
      file_type: file ? file.fileName.slice(file.fileName.lastIndexOf('.') + 1) : null,
      mime_type: file?.mimeType ?? null,
      version: file?.changes?.length ?? 1,
      is_current_version: true,
      category: document.category,
      tags: document.tags,
      metadata: {},
      access_level: document.access,
      uploaded_by: personId(document.uploadedBy),
      external_id: link?.externalId ?? null,
      external_url: link?.url ?? null,
      storage_provider: link ? 'google_drive' : 'central',
      sync_status: 'synced',
      ai_extracted_data: {},
      link_type: link ? 'file' : null,
      link_permissions: {},
      link_access_count: 0,
    };
  });
}

export function documentVersionRows(clock: DemoClock): DemoRow[] {
  return documents.flatMap((document) => {
    const { source } = document;
    if (!('fileName' in source)) return [];
    const changes = source.changes ?? ['Bản đầu'];
    return changes.map((summary, index) => {
      const uploaded = clock.at(document.daysAgo + changes.length - 1 - index, 14);
      return {
        ...base(demoId('document-version', `${keyOf(document)}.${index + 1}`), uploaded),
        document_id: demoId('document', keyOf(document)),
        version_number: index + 1,
        file_name: source.fileName,
        file_path: pathOf(document, source.fileName),
        file_size: source.size - (changes.length - 1 - index) * 4096,
        mime_type: source.mimeType,
        title: document.title,
        change_summary: summary,
        uploaded_by: personId(document.uploadedBy),
        uploaded_at: uploaded.toISOString(),
        is_current: index === changes.length - 1,
        metadata: {},
      };
    });
  });
}

export function storageBucketRows(clock: DemoClock): DemoRow[] {
  return [
    {
      ...base(bucketId, clock.at(398)),
      name: bucketName,
      public: false,
      file_size_limit: 104_857_600,
      allowed_mime_types: [],
    },
  ];
}

/** The demo brings no file contents along, and says so: `bytes_present` is false. */
export function storageObjectRows(clock: DemoClock): DemoRow[] {
  return documents.flatMap((document) => {
    const { source } = document;
    if (!('fileName' in source)) return [];
    return [
      {
        ...base(demoId('storage-object', keyOf(document)), clock.at(document.daysAgo, 14)),
        bucket_id: bucketId,
        name: pathOf(document, source.fileName),
        owner_id: personId(document.uploadedBy),
        size: source.size,
        mime_type: source.mimeType,
        bytes_present: false,
        metadata: {},
        user_metadata: {},
      },
    ];
  });
}
