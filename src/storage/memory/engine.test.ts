import { storageContract } from '../contract.ts'
import { MemoryData, MemoryEngine } from './engine.ts'

const places = new Map<string, MemoryData>()

function dataAt(place: string): MemoryData {
  const data = places.get(place) ?? new MemoryData()
  places.set(place, data)
  return data
}

storageContract('memory', async (place, options) => new MemoryEngine({ ...options, data: dataAt(place) }))
