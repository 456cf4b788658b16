//! The search for a secret through the memory of running processes.

use std::fs::{self, File};
use std::io;
use std::ops::Range;
use std::os::unix::fs::FileExt as _;

use crate::needle::{Hit, Needle};
use crate::processes::Pid;

/// Bytes read at once.
const CHUNK: usize = 4 << 20;
/// Mappings from this size on are mostly address space, so only the pages that exist are read.
const SPARSE: u64 = 8 << 20;
const PAGE: u64 = 4096;

/// Searches all memory of `pid`: what it wrote, what it mapped, and pages that it may not read itself any more.
///
/// Each form of the secret is reported once for a run of pages that lie together.
///
/// # Errors
/// When the process is gone or its memory can't be opened. Pages that vanish meanwhile are passed over.
pub fn search(pid: Pid, needle: &Needle) -> io::Result<Searched> {
    let first = |hits: &mut Vec<Hit>, found: Vec<Hit>| {
        for hit in found {
            let known = |old: &Hit| {
                (&old.place, old.encoding, old.part) == (&hit.place, hit.encoding, hit.part)
            };
            if !hits.iter().any(known) {
                hits.push(hit);
            }
        }
    };
    walk(pid, needle, &Needle::search, &first)
}

/// The same, with every place in which a form of the secret lies.
///
/// # Errors
/// As for [`search`].
pub fn search_every(pid: Pid, needle: &Needle) -> io::Result<Searched> {
    let each = |hits: &mut Vec<Hit>, found: Vec<Hit>| {
        for hit in found {
            // Pieces share some bytes, so one place can be found in two.
            if !hits.contains(&hit) {
                hits.push(hit);
            }
        }
    };
    walk(pid, needle, &Needle::search_every, &each)
}

type Look<'a> = &'a dyn Fn(&Needle, &[u8], &str, u64) -> Vec<Hit>;
type Keep<'a> = &'a dyn Fn(&mut Vec<Hit>, Vec<Hit>);

fn walk(pid: Pid, needle: &Needle, look: Look<'_>, keep: Keep<'_>) -> io::Result<Searched> {
    let maps = fs::read_to_string(format!("/proc/{pid}/maps"))?;
    let memory = File::open(format!("/proc/{pid}/mem"))?;
    let pages = File::open(format!("/proc/{pid}/pagemap"))?;
    let mut searched = Searched::default();
    for line in maps.lines() {
        let Some(mapping) = Mapping::parse(line) else {
            continue;
        };
        // The kernel's own pages, which can't be read through `mem` and which no program writes.
        if matches!(mapping.name, "[vvar]" | "[vvar_vclock]" | "[vsyscall]") {
            continue;
        }
        let size = mapping.range.end - mapping.range.start;
        let runs = if mapping.readable && size < SPARSE {
            vec![mapping.range.clone()]
        } else {
            present(&pages, &mapping.range)?
        };
        let place = format!("process {pid}, {} {}", mapping.rights, mapping.name);
        for run in runs {
            searched.run(&memory, run, &place, needle, look, keep);
        }
    }
    Ok(searched)
}

/// What a search through a process's memory came to.
#[derive(Debug, Default)]
pub struct Searched {
    /// Where the secret was found.
    pub hits: Vec<Hit>,
    /// How many bytes were looked at, so that a test can tell "nothing found" from "nothing read".
    pub bytes: u64,
}

impl Searched {
    fn run(
        &mut self,
        memory: &File,
        run: Range<u64>,
        place: &str,
        needle: &Needle,
        look: Look<'_>,
        keep: Keep<'_>,
    ) {
        let overlap = needle.overlap();
        let mut buffer = vec![0; overlap + CHUNK];
        let mut kept = 0;
        let mut at = run.start;
        while at < run.end {
            let wanted = usize::try_from(run.end - at).map_or(CHUNK, |left| left.min(CHUNK));
            let read = match memory.read_at(&mut buffer[kept..kept + wanted], at) {
                Ok(read) if read > 0 => read,
                // A page that can't be read: go on behind it, and let nothing be joined across it.
                _ => {
                    kept = 0;
                    at += PAGE - at % PAGE;
                    continue;
                }
            };
            let filled = kept + read;
            let found = look(needle, &buffer[..filled], place, at - kept as u64);
            keep(&mut self.hits, found);
            self.bytes += read as u64;
            at += read as u64;
            kept = overlap.min(filled);
            buffer.copy_within(filled - kept..filled, 0);
        }
    }
}

/// One line of `/proc/PID/maps`; see `proc(5)`.
struct Mapping<'line> {
    range: Range<u64>,
    rights: &'line str,
    readable: bool,
    name: &'line str,
}

impl<'line> Mapping<'line> {
    fn parse(line: &'line str) -> Option<Self> {
        let mut fields = line.split_ascii_whitespace();
        let (start, end) = fields.next()?.split_once('-')?;
        let rights = fields.next()?;
        Some(Self {
            range: u64::from_str_radix(start, 16).ok()?..u64::from_str_radix(end, 16).ok()?,
            rights,
            readable: rights.starts_with('r'),
            name: fields.nth(3).unwrap_or("[anonymous]"),
        })
    }
}

/// The parts of `range` whose pages are in memory or swapped out: bits 63 and 62 of `/proc/PID/pagemap`.
fn present(pages: &File, range: &Range<u64>) -> io::Result<Vec<Range<u64>>> {
    let mut runs = Vec::<Range<u64>>::new();
    let mut entries = vec![0; 8 << 16];
    let mut at = range.start;
    while at < range.end {
        let left = usize::try_from((range.end - at) / PAGE * 8).unwrap_or(usize::MAX);
        let wanted = left.min(entries.len());
        let read = pages.read_at(&mut entries[..wanted], at / PAGE * 8)?;
        if read < 8 {
            break;
        }
        for entry in entries[..read].chunks_exact(8) {
            // The top byte of a little-endian entry.
            if entry[7] & 0xc0 != 0 {
                match runs.last_mut() {
                    Some(last) if last.end == at => last.end += PAGE,
                    _ => runs.push(at..at + PAGE),
                }
            }
            at += PAGE;
        }
    }
    Ok(runs)
}
