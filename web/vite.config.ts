import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { sheetStyles, woff2Only } from './src/build/plugins.ts'

/** Where `npm start` serves the API while the screens are being worked on. */
const api = process.env.MINGBU_API ?? 'http://localhost:8080'

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), sheetStyles(), woff2Only()],
  server: {
    host: '127.0.0.1',
    proxy: { '/api': api, '/log': api },
  },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2023',
    // Nothing inlined as data:, so that fonts and scripts come from 'self' alone.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1500,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'react', test: /node_modules\/(react|react-dom|scheduler|@tanstack)\// },
            { name: 'map', test: /node_modules\/(ol|proj4|mgrs|wkt-parser|rbush|quickselect|earcut)\// },
            { name: 'antd', test: /node_modules\/(antd|@ant-design|@rc-component|dayjs)\// },
          ],
        },
      },
    },
  },
})
