import { defineConfig } from 'vite'
import { singleFile } from '../build/plugins.ts'

/** The page that goes into every audit pack: one file, opened from a disk, with nothing to fetch. */
export default defineConfig({
  root: import.meta.dirname,
  publicDir: false,
  plugins: [singleFile()],
  build: {
    outDir: '../../dist-offline',
    emptyOutDir: true,
    target: 'es2023',
    modulePreload: false,
    reportCompressedSize: false,
    rolldownOptions: { input: `${import.meta.dirname}/verify.html` },
  },
})
