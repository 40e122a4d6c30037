import { promisify } from 'node:util';
import { zstdCompress, zstdDecompress } from 'node:zlib';
import kafkajs from 'kafkajs';
import snappy from 'kafkajs-snappy';
import lz4Napi from 'lz4-napi';

const { CompressionCodecs, CompressionTypes } = kafkajs;

/** How the client calls a codec: it compresses an encoder's buffer and decompresses the bytes of a record batch. */
interface Codec {
  compress(encoder: { readonly buffer: Buffer }): Promise<Buffer>;
  decompress(bytes: Buffer): Promise<Buffer>;
}

const zstdBytes = { compress: promisify(zstdCompress), decompress: promisify(zstdDecompress) };

const zstd: Codec = {
  compress: ({ buffer }) => zstdBytes.compress(buffer),
  decompress: (bytes) => zstdBytes.decompress(bytes),
};

const lz4: Codec = {
  compress: ({ buffer }) => lz4Napi.compressFrame(buffer),
  decompress: (bytes) => lz4Napi.decompressFrame(bytes),
};

/** The client itself reads only gzip; any producer may have chosen another codec, so this is for readers too. */
export const registerCodecs = (): void => {
  CompressionCodecs[CompressionTypes.Snappy] = snappy;
  CompressionCodecs[CompressionTypes.LZ4] = () => lz4;
  CompressionCodecs[CompressionTypes.ZSTD] = () => zstd;
};
