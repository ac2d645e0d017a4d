import { domainToASCII } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readDocumentLink, type LinkProblem, type LinkProvider, type LinkType } from './document-links.ts';
import { decodePunycode } from './punycode.ts';

const ID = '1AbCdEfGhIjKlMnOpQrStUvWxYz_0-12';
const drive = 'https://drive.google.com';
const docs = 'https://docs.google.com';

type Good = [pasted: string, provider: LinkProvider, type: LinkType, url: string, id: string | null, extra?: { key?: string; name?: string }];

const good: Good[] = [
  // Google Drive: files
  [`${drive}/file/d/${ID}/view`, 'google_drive', 'file', `${drive}/file/d/${ID}/view`, ID],
  [`${drive}/file/d/${ID}/view?usp=sharing`, 'google_drive', 'file', `${drive}/file/d/${ID}/view`, ID],
  [`${drive}/file/d/${ID}/edit?usp=drive_link`, 'google_drive', 'file', `${drive}/file/d/${ID}/view`, ID],
  [`${drive}/file/d/${ID}`, 'google_drive', 'file', `${drive}/file/d/${ID}/view`, ID],
  [`${drive}/file/d/${ID}/`, 'google_drive', 'file', `${drive}/file/d/${ID}/view`, ID],
  [`${drive}/file/d/${ID}/preview`, 'google_drive', 'embed', `${drive}/file/d/${ID}/preview`, ID],
  [`${drive}/file/u/1/d/${ID}/view`, 'google_drive', 'file', `${drive}/file/d/${ID}/view`, ID],
  [`${drive}/a/firma.vn/file/d/${ID}/view`, 'google_drive', 'file', `${drive}/file/d/${ID}/view`, ID],
  [`${drive}/file/d/${ID}/view?usp=sharing&resourcekey=0-abcDEF_123`, 'google_drive', 'file', `${drive}/file/d/${ID}/view?resourcekey=0-abcDEF_123`, ID, { key: '0-abcDEF_123' }],
  [`${drive}/file/d/${ID}/preview?resourcekey=0-k`, 'google_drive', 'embed', `${drive}/file/d/${ID}/preview?resourcekey=0-k`, ID, { key: '0-k' }],
  [`${drive}/uc?id=${ID}`, 'google_drive', 'file', `${drive}/file/d/${ID}/view`, ID],
  [`${drive}/uc?export=download&id=${ID}`, 'google_drive', 'file', `${drive}/file/d/${ID}/view`, ID],
  [`${drive}/u/0/uc?id=${ID}&export=download&resourcekey=0-q`, 'google_drive', 'file', `${drive}/file/d/${ID}/view?resourcekey=0-q`, ID, { key: '0-q' }],
  [`${drive}/thumbnail?id=${ID}&sz=w200`, 'google_drive', 'file', `${drive}/file/d/${ID}/view`, ID],
  [`https://drive.usercontent.google.com/download?id=${ID}&export=download`, 'google_drive', 'file', `${drive}/file/d/${ID}/view`, ID],
  [`${docs}/uc?id=${ID}`, 'google_drive', 'file', `${drive}/file/d/${ID}/view`, ID],
  [`${docs}/file/d/${ID}/edit`, 'google_drive', 'file', `${drive}/file/d/${ID}/view`, ID],
  [`${drive}/open?id=${ID}`, 'google_drive', 'shared_link', `${drive}/open?id=${ID}`, ID],
  [`${drive}/open?id=${ID}&usp=drive_fs&authuser=0`, 'google_drive', 'shared_link', `${drive}/open?id=${ID}`, ID],
  [`${drive}/a/firma.com.vn/open?id=${ID}&resourcekey=0-z`, 'google_drive', 'shared_link', `${drive}/open?id=${ID}&resourcekey=0-z`, ID, { key: '0-z' }],
  [`${docs}/open?id=${ID}`, 'google_drive', 'shared_link', `${drive}/open?id=${ID}`, ID],
  [`${docs}/leaf?id=${ID}`, 'google_drive', 'shared_link', `${drive}/open?id=${ID}`, ID],
  [`drive.google.com/file/d/${ID}/view`, 'google_drive', 'file', `${drive}/file/d/${ID}/view`, ID],
  [`  <${drive}/file/d/${ID}/view>  `, 'google_drive', 'file', `${drive}/file/d/${ID}/view`, ID],
  [`HTTPS://DRIVE.GOOGLE.COM/file/d/${ID}/view`, 'google_drive', 'file', `${drive}/file/d/${ID}/view`, ID],
  [`https://drive.google.com./file/d/${ID}/view`, 'google_drive', 'file', `${drive}/file/d/${ID}/view`, ID],
  [`https://drive.google.com:443/file/d/${ID}/view`, 'google_drive', 'file', `${drive}/file/d/${ID}/view`, ID],
  // Google Drive: folders
  [`${drive}/drive/folders/${ID}`, 'google_drive', 'folder', `${drive}/drive/folders/${ID}`, ID],
  [`${drive}/drive/folders/${ID}?usp=sharing`, 'google_drive', 'folder', `${drive}/drive/folders/${ID}`, ID],
  [`${drive}/drive/u/0/folders/${ID}`, 'google_drive', 'folder', `${drive}/drive/folders/${ID}`, ID],
  [`${drive}/drive/u/12/folders/${ID}`, 'google_drive', 'folder', `${drive}/drive/folders/${ID}`, ID],
  [`${drive}/drive/mobile/folders/${ID}`, 'google_drive', 'folder', `${drive}/drive/folders/${ID}`, ID],
  [`${drive}/a/firma.vn/drive/folders/${ID}`, 'google_drive', 'folder', `${drive}/drive/folders/${ID}`, ID],
  [`${drive}/drive/folders/${ID}?resourcekey=0-f`, 'google_drive', 'folder', `${drive}/drive/folders/${ID}?resourcekey=0-f`, ID, { key: '0-f' }],
  [`${drive}/folderview?id=${ID}&usp=sharing`, 'google_drive', 'folder', `${drive}/drive/folders/${ID}`, ID],
  [`${docs}/folder/d/${ID}/edit`, 'google_drive', 'folder', `${drive}/drive/folders/${ID}`, ID],
  [`${drive}/embeddedfolderview?id=${ID}#grid`, 'google_drive', 'embed', `${drive}/embeddedfolderview?id=${ID}`, ID],
  [`${drive}/embeddedfolderview?id=${ID}&resourcekey=0-e#list`, 'google_drive', 'embed', `${drive}/embeddedfolderview?id=${ID}&resourcekey=0-e`, ID, { key: '0-e' }],
  // Google Docs
  [`${docs}/document/d/${ID}/edit?usp=sharing`, 'google_drive', 'file', `${docs}/document/d/${ID}/edit`, ID],
  [`${docs}/document/d/${ID}`, 'google_drive', 'file', `${docs}/document/d/${ID}/edit`, ID],
  [`${docs}/document/u/1/d/${ID}/edit`, 'google_drive', 'file', `${docs}/document/d/${ID}/edit`, ID],
  [`${docs}/a/firma.vn/document/d/${ID}/edit`, 'google_drive', 'file', `${docs}/document/d/${ID}/edit`, ID],
  [`${docs}/document/a/firma.vn/d/${ID}/edit`, 'google_drive', 'file', `${docs}/document/d/${ID}/edit`, ID],
  [`${docs}/document/d/${ID}/preview`, 'google_drive', 'embed', `${docs}/document/d/${ID}/preview`, ID],
  [`${docs}/document/d/${ID}/copy`, 'google_drive', 'file', `${docs}/document/d/${ID}/edit`, ID],
  [`${docs}/document/d/${ID}/export?format=pdf`, 'google_drive', 'file', `${docs}/document/d/${ID}/edit`, ID],
  [`${docs}/document/d/${ID}/edit?resourcekey=0-d`, 'google_drive', 'file', `${docs}/document/d/${ID}/edit?resourcekey=0-d`, ID, { key: '0-d' }],
  [`${docs}/spreadsheets/d/${ID}/edit#gid=0`, 'google_drive', 'file', `${docs}/spreadsheets/d/${ID}/edit#gid=0`, ID],
  [`${docs}/spreadsheets/d/${ID}/edit?gid=17#gid=17`, 'google_drive', 'file', `${docs}/spreadsheets/d/${ID}/edit#gid=17`, ID],
  [`${docs}/spreadsheets/d/${ID}/htmlview`, 'google_drive', 'file', `${docs}/spreadsheets/d/${ID}/edit`, ID],
  [`${docs}/presentation/d/${ID}/edit#slide=id.p1`, 'google_drive', 'file', `${docs}/presentation/d/${ID}/edit`, ID],
  [`${docs}/presentation/d/${ID}/embed`, 'google_drive', 'embed', `${docs}/presentation/d/${ID}/preview`, ID],
  [`${docs}/forms/d/${ID}/edit`, 'google_drive', 'file', `${docs}/forms/d/${ID}/edit`, ID],
  [`${docs}/forms/d/${ID}/viewform`, 'google_drive', 'file', `${docs}/forms/d/${ID}/viewform`, ID],
  [`${docs}/drawings/d/${ID}/edit`, 'google_drive', 'file', `${docs}/drawings/d/${ID}/edit`, ID],
  // Published: no file behind it is known
  [`${docs}/document/d/e/2PACX-1vQabcDEF/pub`, 'google_drive', 'shared_link', `${docs}/document/d/e/2PACX-1vQabcDEF/pub`, null],
  [`${docs}/document/d/e/2PACX-1vQabcDEF/pub?embedded=true`, 'google_drive', 'embed', `${docs}/document/d/e/2PACX-1vQabcDEF/pub?embedded=true`, null],
  [`${docs}/spreadsheets/d/e/2PACX-1vQabcDEF/pubhtml?gid=0&single=true`, 'google_drive', 'shared_link', `${docs}/spreadsheets/d/e/2PACX-1vQabcDEF/pubhtml#gid=0`, null],
  [`${docs}/spreadsheets/d/e/2PACX-1vQabcDEF/pubhtml?widget=true&headers=false`, 'google_drive', 'embed', `${docs}/spreadsheets/d/e/2PACX-1vQabcDEF/pubhtml?embedded=true`, null],
  [`${docs}/presentation/d/e/2PACX-1vQabcDEF/embed?start=false`, 'google_drive', 'embed', `${docs}/presentation/d/e/2PACX-1vQabcDEF/embed`, null],
  [`${docs}/forms/d/e/1FAIpQLSabcDEF/viewform?usp=sf_link`, 'google_drive', 'shared_link', `${docs}/forms/d/e/1FAIpQLSabcDEF/viewform`, null],
  [`${docs}/forms/u/0/d/e/1FAIpQLSabcDEF/viewform`, 'google_drive', 'shared_link', `${docs}/forms/d/e/1FAIpQLSabcDEF/viewform`, null],
  // OneDrive
  ['https://1drv.ms/x/s!AkWx12_bcdEf?e=Ab1Cd2', 'onedrive', 'file', 'https://1drv.ms/x/s!AkWx12_bcdEf?e=Ab1Cd2', 's!AkWx12_bcdEf'],
  ['https://1drv.ms/f/s!AkWx12_bcdEf', 'onedrive', 'folder', 'https://1drv.ms/f/s!AkWx12_bcdEf', 's!AkWx12_bcdEf'],
  ['https://1drv.ms/u/s!AkWx12_bcdEf', 'onedrive', 'shared_link', 'https://1drv.ms/u/s!AkWx12_bcdEf', 's!AkWx12_bcdEf'],
  ['https://1drv.ms/b/c/3f1e2d3c4b5a6978/EYabcdefGHIJKLM?e=5Rt', 'onedrive', 'file', 'https://1drv.ms/b/c/3f1e2d3c4b5a6978/EYabcdefGHIJKLM?e=5Rt', 'EYabcdefGHIJKLM'],
  ['https://onedrive.live.com/?id=3F1E2D3C4B5A6978%21105&cid=3F1E2D3C4B5A6978&authkey=!AKey', 'onedrive', 'shared_link', 'https://onedrive.live.com/?id=3F1E2D3C4B5A6978%21105&cid=3F1E2D3C4B5A6978&authkey=!AKey', '3F1E2D3C4B5A6978!105'],
  ['https://onedrive.live.com/redir?resid=3F1E!105&authkey=!AKey', 'onedrive', 'shared_link', 'https://onedrive.live.com/redir?resid=3F1E!105&authkey=!AKey', '3F1E!105'],
  ['https://onedrive.live.com/embed?cid=3F1E&resid=3F1E!105&authkey=!AKey', 'onedrive', 'embed', 'https://onedrive.live.com/embed?cid=3F1E&resid=3F1E!105&authkey=!AKey', '3F1E!105'],
  ['https://onedrive.live.com/view.aspx?resid=3F1E!105', 'onedrive', 'file', 'https://onedrive.live.com/view.aspx?resid=3F1E!105', '3F1E!105'],
  ['https://onedrive.live.com/download?resid=3F1E!105', 'onedrive', 'file', 'https://onedrive.live.com/download?resid=3F1E!105', '3F1E!105'],
  ['https://onedrive.live.com/:w:/g/personal/3f1e2d3c/EYabcdef?e=q', 'onedrive', 'file', 'https://onedrive.live.com/:w:/g/personal/3f1e2d3c/EYabcdef?e=q', 'EYabcdef'],
  // SharePoint
  ['https://cokhi.sharepoint.com/:x:/g/EYabcdefGHIJ?e=a1b2c3', 'onedrive', 'file', 'https://cokhi.sharepoint.com/:x:/g/EYabcdefGHIJ?e=a1b2c3', 'EYabcdefGHIJ'],
  ['https://cokhi-my.sharepoint.com/:b:/g/personal/an_cokhi_vn/EYabcdefGHIJ', 'onedrive', 'file', 'https://cokhi-my.sharepoint.com/:b:/g/personal/an_cokhi_vn/EYabcdefGHIJ', 'EYabcdefGHIJ'],
  ['https://cokhi.sharepoint.com/:f:/s/KyThuat/EYabcdefGHIJ', 'onedrive', 'folder', 'https://cokhi.sharepoint.com/:f:/s/KyThuat/EYabcdefGHIJ', 'EYabcdefGHIJ'],
  ['https://cokhi.sharepoint.com/:w:/r/sites/KyThuat/Shared%20Documents/Ban%20ve.docx?d=wabc', 'onedrive', 'file', 'https://cokhi.sharepoint.com/:w:/r/sites/KyThuat/Shared%20Documents/Ban%20ve.docx?d=wabc', null, { name: 'Ban ve.docx' }],
  ['https://cokhi.sharepoint.com/sites/KyThuat/Shared Documents/Bản vẽ.pdf', 'onedrive', 'file', 'https://cokhi.sharepoint.com/sites/KyThuat/Shared%20Documents/B%E1%BA%A3n%20v%E1%BA%BD.pdf', null, { name: 'Bản vẽ.pdf' }],
  ['https://cokhi.sharepoint.com/sites/KyThuat/Shared%20Documents/Forms/AllItems.aspx?id=%2Fsites%2FKyThuat', 'onedrive', 'shared_link', 'https://cokhi.sharepoint.com/sites/KyThuat/Shared%20Documents/Forms/AllItems.aspx?id=%2Fsites%2FKyThuat', null],
  ['https://cokhi.sharepoint.com/sites/K/_layouts/15/Doc.aspx?sourcedoc=%7B1234ABCD-12AB-12AB-12AB-1234567890AB%7D&file=Gia.xlsx&action=default', 'onedrive', 'file', 'https://cokhi.sharepoint.com/sites/K/_layouts/15/Doc.aspx?sourcedoc=%7B1234ABCD-12AB-12AB-12AB-1234567890AB%7D&file=Gia.xlsx&action=default', '1234ABCD-12AB-12AB-12AB-1234567890AB', { name: 'Gia.xlsx' }],
  ['https://cokhi-my.sharepoint.com/personal/an/_layouts/15/onedrive.aspx?id=%2Fpersonal%2Fan%2FDocuments', 'onedrive', 'shared_link', 'https://cokhi-my.sharepoint.com/personal/an/_layouts/15/onedrive.aspx?id=%2Fpersonal%2Fan%2FDocuments', null],
  ['https://cokhi.sharepoint.com/sites/K/_layouts/15/embed.aspx?UniqueId=1234abcd-12ab', 'onedrive', 'embed', 'https://cokhi.sharepoint.com/sites/K/_layouts/15/embed.aspx?UniqueId=1234abcd-12ab', '1234abcd-12ab'],
  // Dropbox
  ['https://www.dropbox.com/s/a1b2c3d4e5f6/ban-ve.pdf?dl=0', 'dropbox', 'file', 'https://www.dropbox.com/s/a1b2c3d4e5f6/ban-ve.pdf?dl=0', 'a1b2c3d4e5f6', { name: 'ban-ve.pdf' }],
  ['https://dropbox.com/s/a1b2c3d4e5f6/ban-ve.pdf?dl=1', 'dropbox', 'file', 'https://www.dropbox.com/s/a1b2c3d4e5f6/ban-ve.pdf?dl=0', 'a1b2c3d4e5f6', { name: 'ban-ve.pdf' }],
  ['https://dl.dropboxusercontent.com/s/a1b2c3d4e5f6/ban-ve.pdf', 'dropbox', 'file', 'https://www.dropbox.com/s/a1b2c3d4e5f6/ban-ve.pdf?dl=0', 'a1b2c3d4e5f6', { name: 'ban-ve.pdf' }],
  ['https://www.dropbox.com/sh/a1b2c3d4e5f6/AABBccDD?dl=0', 'dropbox', 'folder', 'https://www.dropbox.com/sh/a1b2c3d4e5f6/AABBccDD?dl=0', 'a1b2c3d4e5f6'],
  ['https://www.dropbox.com/sh/a1b2c3d4e5f6/AABBccDD/chi-tiet.step', 'dropbox', 'file', 'https://www.dropbox.com/sh/a1b2c3d4e5f6/AABBccDD/chi-tiet.step?dl=0', 'a1b2c3d4e5f6', { name: 'chi-tiet.step' }],
  ['https://www.dropbox.com/scl/fi/k9l8m7n6o5/ban-ve.dwg?rlkey=abc123xyz&st=q1w2&dl=0', 'dropbox', 'file', 'https://www.dropbox.com/scl/fi/k9l8m7n6o5/ban-ve.dwg?rlkey=abc123xyz&dl=0', 'k9l8m7n6o5', { name: 'ban-ve.dwg' }],
  ['https://www.dropbox.com/scl/fo/k9l8m7n6o5/AHash_9?rlkey=abc123xyz&dl=0', 'dropbox', 'folder', 'https://www.dropbox.com/scl/fo/k9l8m7n6o5/AHash_9?rlkey=abc123xyz&dl=0', 'k9l8m7n6o5'],
  ['https://www.dropbox.com/scl/fo/k9l8m7n6o5/AHash_9/anh.jpg?rlkey=abc123xyz', 'dropbox', 'file', 'https://www.dropbox.com/scl/fo/k9l8m7n6o5/AHash_9/anh.jpg?rlkey=abc123xyz&dl=0', 'k9l8m7n6o5', { name: 'anh.jpg' }],
  // Elsewhere
  ['https://example.com/', 'url', 'shared_link', 'https://example.com/', null],
  ['https://cokhi.vn/tai-lieu/ban-ve.pdf?utm_source=mail&v=2#trang-3', 'url', 'file', 'https://cokhi.vn/tai-lieu/ban-ve.pdf?v=2#trang-3', null, { name: 'ban-ve.pdf' }],
  ['https://cokhi.vn:8443/x', 'url', 'shared_link', 'https://cokhi.vn:8443/x', null],
  ['https://côngty.vn/a', 'url', 'shared_link', 'https://xn--cngty-6ta.vn/a', null],
  ['https://8.8.8.8/x', 'url', 'shared_link', 'https://8.8.8.8/x', null],
  ['https://[2606:4700:4700::1111]/x', 'url', 'shared_link', 'https://[2606:4700:4700::1111]/x', null],
  ['https://sharepoint.khachhang.com/sites/a/b.pdf', 'url', 'file', 'https://sharepoint.khachhang.com/sites/a/b.pdf', null, { name: 'b.pdf' }],
  ['https://日本語.jp/図面', 'url', 'shared_link', 'https://xn--wgv71a119e.jp/%E5%9B%B3%E9%9D%A2', null],
  ['https://президент.рф/', 'url', 'shared_link', 'https://xn--d1abbgf6aiiy.xn--p1ai/', null],
  ['https://www.google.com/maps/place/x', 'url', 'shared_link', 'https://www.google.com/maps/place/x', null],
  ['https://sites.google.com/view/xuong', 'url', 'shared_link', 'https://sites.google.com/view/xuong', null],
  ['https://google.com.vn/x', 'url', 'shared_link', 'https://google.com.vn/x', null],
  ['https://cokhi.vn/https://drive.google.com/file/d/abc', 'url', 'shared_link', 'https://cokhi.vn/https://drive.google.com/file/d/abc', null],
  ['https://cokhi.vn/?next=https%3A%2F%2Fdrive.google.com', 'url', 'shared_link', 'https://cokhi.vn/?next=https%3A%2F%2Fdrive.google.com', null],
];

const bad: [pasted: string, problem: LinkProblem][] = [
  ['', 'empty'],
  ['   ', 'empty'],
  [`https://cokhi.vn/${'a'.repeat(4_000)}`, 'too-long'],
  ['xin chào', 'not-a-url'],
  ['ban-ve.pdf', 'not-a-url'],
  ['cokhi.vn/ban-ve.pdf', 'not-a-url'],
  ['https://', 'not-a-url'],
  ['https:cokhi.vn', 'not-a-url'],
  ['https:///cokhi.vn', 'not-a-url'],
  ['https://a b.vn/', 'not-a-url'],
  ['https://cokhi..vn/', 'not-a-url'],
  ['https://drive.google.com../', 'not-a-url'],
  ['https://cokhi.vn:99999/', 'not-a-url'],
  ['https://256.256.256.256/', 'not-a-url'],
  ['https://drive.google.com%00.evil.com/', 'not-a-url'],
  ['https://evil.com\\@drive.google.com/', 'not-a-url'],
  ['https:\\\\drive.google.com\\file', 'not-a-url'],
  ['https://cokhi.vn/a https://cokhi.vn/b', 'several'],
  ['https://dri\u00advE.google.com/', 'hidden-characters'],
  ['https://cokhi.vn/\u202Efdp.exe', 'hidden-characters'],
  ['https://drive\u200b.google.com/', 'hidden-characters'],
  ['java\nscript:alert(1)', 'hidden-characters'],
  ['https://cokhi.vn/a\tb', 'hidden-characters'],
  // Not https
  [`http://drive.google.com/file/d/${ID}/view`, 'not-encrypted'],
  ['HTTP://cokhi.vn', 'not-encrypted'],
  ['file:///C:/ban-ve.pdf', 'local-file'],
  ['C:\\Ban ve\\a.dwg', 'local-file'],
  ['c:/Ban ve/a.dwg', 'local-file'],
  ['\\\\may-chu\\ban-ve\\a.dwg', 'local-file'],
  ['/home/an/a.dwg', 'local-file'],
  ['//drive.google.com/file', 'local-file'],
  ['~/a.dwg', 'local-file'],
  ['smb://may-chu/ban-ve', 'local-file'],
  ['javascript:alert(1)', 'scheme'],
  ['JaVaScRiPt://drive.google.com/%0aalert(1)', 'scheme'],
  ['data:text/html,<script>1</script>', 'scheme'],
  ['ftp://cokhi.vn/a', 'scheme'],
  ['blob:https://drive.google.com/1', 'scheme'],
  ['view-source:https://drive.google.com', 'scheme'],
  ['ms-word:ofe|u|https://cokhi.sharepoint.com/a.docx', 'scheme'],
  ['factorypulse://project/P-1', 'scheme'],
  ['mailto:an@cokhi.vn', 'scheme'],
  ['ws://cokhi.vn', 'scheme'],
  ['localhost:3000/a', 'scheme'],
  // Credentials
  ['https://an:mat-khau@cokhi.vn/', 'credentials'],
  ['https://an@cokhi.vn/', 'credentials'],
  ['https://@cokhi.vn/', 'credentials'],
  ['https://drive.google.com@evil.com/file', 'credentials'],
  ['https://drive.google.com%2Ffile@evil.com/', 'credentials'],
  // Private addresses, in every notation
  ['https://localhost/', 'private-host'],
  ['https://LOCALHOST./', 'private-host'],
  ['https://a.localhost/', 'private-host'],
  ['https://127.0.0.1/', 'private-host'],
  ['https://127.0.0.1./', 'private-host'],
  ['https://127.1/', 'private-host'],
  ['https://2130706433/', 'private-host'],
  ['https://0177.0.0.1/', 'private-host'],
  ['https://017700000001/', 'private-host'],
  ['https://0x7f.0.0.1/', 'private-host'],
  ['https://0x7f000001/', 'private-host'],
  ['https://１２７.0.0.1/', 'private-host'],
  ['https://127。0。0。1/', 'private-host'],
  ['https://%31%32%37.0.0.1/', 'private-host'],
  ['https://0/', 'private-host'],
  ['https://0.0.0.0:8080/', 'private-host'],
  ['https://10.0.0.5/', 'private-host'],
  ['https://172.16.0.1/', 'private-host'],
  ['https://172.31.255.255/', 'private-host'],
  ['https://192.168.1.1/', 'private-host'],
  ['https://3232235777/', 'private-host'],
  ['https://100.64.0.1/', 'private-host'],
  ['https://169.254.169.254/latest/meta-data', 'private-host'],
  ['https://0xa9fea9fe/', 'private-host'],
  ['https://224.0.0.1/', 'private-host'],
  ['https://255.255.255.255/', 'private-host'],
  ['https://[::1]/', 'private-host'],
  ['https://[0:0:0:0:0:0:0:1]/', 'private-host'],
  ['https://[::]/', 'private-host'],
  ['https://[::ffff:127.0.0.1]/', 'private-host'],
  ['https://[::ffff:7f00:1]/', 'private-host'],
  ['https://[::ffff:8.8.8.8]/', 'private-host'],
  ['https://[::127.0.0.1]/', 'private-host'],
  ['https://[64:ff9b::192.168.1.1]/', 'private-host'],
  ['https://[2002:c0a8:101::]/', 'private-host'],
  ['https://[2001:0:1::1]/', 'private-host'],
  ['https://[fe80::1]/', 'private-host'],
  ['https://[fd12:3456::1]/', 'private-host'],
  ['https://[ff02::1]/', 'private-host'],
  ['https://[2001:db8::1]/', 'private-host'],
  ['https://may-chu/', 'private-host'],
  ['https://may-chu./ban-ve', 'private-host'],
  ['https://nas.local/', 'private-host'],
  ['https://nas.LOCAL./', 'private-host'],
  ['https://metadata.google.internal/', 'private-host'],
  ['https://erp.lan/', 'private-host'],
  ['https://may.home.arpa/', 'private-host'],
  ['https://127.0.0.1.nip.io/', 'private-host'],
  ['https://a.localtest.me/', 'private-host'],
  // Hosts that pose as others
  [`https://drive.google.com.evil.com/file/d/${ID}/view`, 'look-alike'],
  [`https://drive.google.com%2eevil.com/file/d/${ID}/view`, 'look-alike'],
  ['https://drive-google.com/file', 'look-alike'],
  ['https://drivegoogle.com/', 'look-alike'],
  ['https://g00gle.com/', 'look-alike'],
  ['https://goog1e.com/', 'look-alike'],
  ['https://googIe.com/', 'look-alike'],
  ['https://gooogle.com/', 'look-alike'],
  ['https://googel.com/', 'look-alike'],
  ['https://docs.google.evil.vn/', 'look-alike'],
  ['https://gооgle.com/', 'look-alike'],
  ['https://xn--ggle-55da.com/', 'look-alike'],
  ['https://drive.góogle.com/', 'look-alike'],
  ['https://аррӏе.com/', 'look-alike'],
  ['https://xn--80ak6aa92e.com/', 'look-alike'],
  ['https://cоkhi.vn/', 'look-alike'],
  ['https://xn--9999999999.vn/', 'look-alike'],
  ['https://dropb0x.com/s/a1b2c3d4e5f6/a.pdf', 'look-alike'],
  ['https://dropbox.com.evil.io/s/a1b2c3d4e5f6/a.pdf', 'look-alike'],
  ['https://my-dropbox.net/', 'look-alike'],
  ['https://dropbx.com/', 'look-alike'],
  ['https://1drv.ms.evil.com/', 'look-alike'],
  ['https://ldrv.ms/', 'look-alike'],
  ['https://onedrive-live.com/', 'look-alike'],
  ['https://cokhi.sharepoint.com.evil.com/:x:/g/a', 'look-alike'],
  ['https://evil-sharepoint.com/', 'look-alike'],
  ['https://sharepoint.top/', 'look-alike'],
  ['https://rnicrosoft.com/', 'look-alike'],
  // Of a known service, yet no document
  [`https://drive.google.com:8443/file/d/${ID}/view`, 'port'],
  ['https://cokhi.sharepoint.com:444/:x:/g/EYabcdef', 'port'],
  ['https://www.google.com/url?q=https%3A%2F%2Fevil.com', 'redirect'],
  ['https://docs.google.com/viewer?url=https%3A%2F%2Fevil.com%2Fa.pdf', 'redirect'],
  ['https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fevil.com', 'redirect'],
  ['https://drive.google.com/', 'own-list'],
  ['https://drive.google.com/drive/my-drive', 'own-list'],
  ['https://drive.google.com/drive/u/0/recent', 'own-list'],
  ['https://docs.google.com/spreadsheets/u/0/', 'own-list'],
  ['https://onedrive.live.com/', 'own-list'],
  ['https://www.dropbox.com/home/Ban-ve', 'own-list'],
  ['https://drive.google.com/file/d/', 'incomplete'],
  ['https://drive.google.com/file/d/abc/view', 'incomplete'],
  ['https://drive.google.com/file/d/1AbC%2F..%2FdEfGhIjKl/view', 'incomplete'],
  ['https://drive.google.com/open', 'incomplete'],
  [`https://drive.google.com/open?id=${ID}&id=1OtherOtherOther`, 'incomplete'],
  ['https://drive.google.com/drive/folders/', 'incomplete'],
  ['https://docs.google.com/document/d/e/2PACX-1vQabcDEF/', 'incomplete'],
  ['https://1drv.ms/', 'incomplete'],
  ['https://onedrive.live.com/view.aspx', 'incomplete'],
  ['https://cokhi.sharepoint.com/:x:/g', 'incomplete'],
  ['https://www.dropbox.com/s/', 'incomplete'],
  ['https://www.dropbox.com/scl/fi/', 'incomplete'],
];

describe('a pasted link', () => {
  it.each(good)('%s is of %s, a %s', (pasted, provider, type, url, id, extra = {}) => {
    const read = readDocumentLink(pasted);
    expect(read).toMatchObject({ provider, type, url, id, resource_key: extra.key ?? null, name: extra.name ?? null });
  });

  it.each(good)('%s is read the same once it is kept', (pasted) => {
    const read = readDocumentLink(pasted);
    expect(typeof read === 'object' ? readDocumentLink(read.url) : read).toEqual(read);
  });

  it.each(bad)('%j is refused: %s', (pasted, problem) => {
    expect(readDocumentLink(pasted)).toBe(problem);
  });

  it('never leads anywhere but to an https address without credentials', () => {
    const kept = [...good, ...bad].map(([pasted]) => readDocumentLink(pasted)).filter((read) => typeof read === 'object');
    expect(kept.length).toBe(good.length);
    for (const { url, host } of kept) {
      const { protocol, username, password, hostname } = new URL(url);
      expect({ protocol, username, password, hostname }).toEqual({ protocol: 'https:', username: '', password: '', hostname: host });
    }
  });
});

it.each(['côngty', 'президент', '日本語', 'bücher', 'gооgle', 'a-b-ñ', 'ñ', 'xưởngcơkhí', '𝒳'.normalize('NFKC') + 'é'])(
  'punycode of %s is read back',
  (label) => {
    const ascii = domainToASCII(label);
    expect(decodePunycode(ascii.replace(/^xn--/, ''))).toBe(label.toLowerCase());
  },
);

it.each(['9999999999', '!', 'a\u0000', 'é', '99999999999999999999999999'])('%j is no punycode', (text) => {
  expect(decodePunycode(text)).toBeNull();
});
