//! ZIP archives, read as what they are when they come from strangers: hostile until looked at.

use std::collections::BTreeSet;
use std::io::{Cursor, Read, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use crate::formats::bundle::{Piece, Refused};
use crate::say;
use crate::text::width::printable;

/// More files than this are in no project: 10,000 interviews with two files each fit.
const MAX_FILES: usize = 20_000;

/// Bytes that an archive may unpack to, with all archives that lie in it: they are held in memory.
pub const MAX_BYTES: u64 = 1 << 30;

/// How many times as long as its packed bytes a file may be: text packs to a fifth, a bomb to a thousandth.
const MAX_RATIO: u64 = 200;

/// What a file takes beside its bytes: many empty ones fill the memory, too.
const FILE_BYTES: u64 = 1 << 10;

/// Files this short may be packed as well as they like.
const SMALL_BYTES: u64 = 1 << 20;

/// Whether these bytes begin as an archive does.
pub fn is_archive(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")
}

/// Unpacks those files of an archive that are wanted, into memory. Fails on what no honest program writes: paths that lead out
/// of it, links, names told apart by capitals alone, secrets, more than 20,000 files or 1 GiB, and what is damaged.
pub fn unpack(archive: &Piece, wanted: &dyn Fn(&str) -> bool) -> Result<Vec<Piece>, Refused> {
    unpack_within(archive, wanted, &mut MAX_BYTES.clone())
}

/// The same where only so many bytes are left of what several archives may unpack to together; what is taken of them is gone.
pub fn unpack_within(archive: &Piece, wanted: &dyn Fn(&str) -> bool, left: &mut u64) -> Result<Vec<Piece>, Refused> {
    let place = &archive.path;
    let broken =
        |_| Refused::at(place, say!("the archive is damaged or cut short; copy it again from where it was made"));
    let n_told = told_files(&archive.bytes);
    if n_told > MAX_FILES {
        return Err(Refused::at(place, say!("{n} files in it; {most} at most are read", n = n_told, most = MAX_FILES)));
    }
    let mut zip = ZipArchive::new(Cursor::new(&archive.bytes)).map_err(broken)?;
    if zip.len() > MAX_FILES {
        return Err(Refused::at(
            place,
            say!("{n} files in it; {most} at most are read", n = zip.len(), most = MAX_FILES),
        ));
    }
    let (mut seen, mut pieces) = (BTreeSet::new(), Vec::new());
    for at in 0..zip.len() {
        let mut file = zip.by_index(at).map_err(|error| match error {
            zip::result::ZipError::UnsupportedArchive(_) => Refused::at(
                place,
                say!("file {n} in it is encrypted or packed in a rare way; pack it anew", n = at + 1),
            ),
            other => broken(other),
        })?;
        let path = file.name().map_err(broken)?.replace('\\', "/");
        let inside = || format!("{place}/{}", printable(&path));
        if file.enclosed_name().is_none()
            || path.starts_with('/')
            || path.split('/').any(|part| part == "..")
            || path.contains(':')
        {
            return Err(Refused::at(&inside(), say!("this leads out of the archive; it is not opened")));
        }
        if file.is_symlink() {
            return Err(Refused::at(&inside(), say!("a link to another place; it is not followed")));
        }
        if file.is_dir() {
            continue;
        }
        if !seen.insert(path.to_lowercase()) {
            return Err(Refused::at(&inside(), say!("two files in the archive are called so")));
        }
        if !wanted(&path) {
            continue;
        }
        let most = file.compressed_size().saturating_mul(MAX_RATIO).max(SMALL_BYTES).min(*left);
        let mut bytes = Vec::new();
        // One more than allowed shows that there is more, whatever size the archive tells.
        file.by_ref().take(most + 1).read_to_end(&mut bytes).map_err(|_| {
            Refused::at(&inside(), say!("the archive is damaged here; copy it again from where it was made"))
        })?;
        *left = left.saturating_sub(bytes.len() as u64 + FILE_BYTES);
        if bytes.len() as u64 > most {
            return Err(Refused::at(&inside(), say!("it unpacks to far more than a text can; it is not opened")));
        }
        pieces.push(Piece { path, bytes });
    }
    pieces.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(pieces)
}

/// How many files the archive's end says there are, to refuse a million before their names are read. Source of the form:
/// APPNOTE.TXT 6.3.10, 4.3.16 and 4.3.14.
fn told_files(bytes: &[u8]) -> usize {
    let from = bytes.len().saturating_sub(22 + 0xFFFF);
    let tail = bytes.get(from..).unwrap_or_default();
    let Some(at) = tail.windows(4).rposition(|w| w == b"PK\x05\x06") else { return 0 };
    let short =
        tail.get(at + 10..).and_then(|rest| rest.first_chunk::<2>()).map_or(0, |n| usize::from(u16::from_le_bytes(*n)));
    let long = tail.windows(4).rposition(|w| w == b"PK\x06\x06").and_then(|at| tail.get(at + 32..)?.first_chunk::<8>());
    long.filter(|_| short == 0xFFFF).map_or(short, |n| usize::try_from(u64::from_le_bytes(*n)).unwrap_or(usize::MAX))
}

/// Packs files into an archive, in their order, each the same at every time: no moment is written. Those of `stored` names lie
/// unpacked, as some formats want their first file. Fails only where an archive can't be that large.
pub fn pack(pieces: &[Piece], stored: &[&str]) -> Result<Vec<u8>, Refused> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let written = pieces.iter().try_for_each(|piece| {
        let is_stored = stored.contains(&piece.path.as_str());
        let method = if is_stored { CompressionMethod::Stored } else { CompressionMethod::Deflated };
        let options =
            SimpleFileOptions::default().compression_method(method).last_modified_time(zip::DateTime::default());
        zip.start_file(piece.path.as_str(), options).map_err(|error| error.to_string())?;
        zip.write_all(&piece.bytes).map_err(|error| error.to_string())
    });
    let packed = written.and_then(|()| zip.finish().map_err(|error| error.to_string()));
    packed.map(Cursor::into_inner).map_err(|why| Refused::at("", say!("it can't be packed: {why}", why)))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;

    fn refused(pieces: &[Piece]) -> String {
        let bytes = pack(pieces, &[]).unwrap();
        unpack(&Piece { path: "a.zip".into(), bytes }, &|_| true).unwrap_err().to_string()
    }

    #[test]
    fn what_is_packed_is_unpacked() {
        let pieces = [Piece::of_text("a/мәтін.txt", "сөз"), Piece::of_text("b", "x".repeat(100_000))];
        let bytes = pack(&pieces, &["a/мәтін.txt"]).unwrap();
        assert_eq!(unpack(&Piece { path: "a.zip".into(), bytes }, &|_| true).unwrap(), pieces);
    }

    #[test]
    fn hostile_archives_are_refused_with_the_place() {
        assert!(refused(&[Piece::of_text("../../etc/passwd", "x")]).contains("leads out"));
        assert!(refused(&[Piece::of_text("/etc/passwd", "x")]).contains("leads out"));
        assert!(refused(&[Piece::of_text("C:/x", "x")]).contains("leads out"));
        assert!(refused(&[Piece::of_text("a\\..\\..\\x", "x")]).contains("leads out"));
        assert!(refused(&[Piece::of_text("A.txt", "x"), Piece::of_text("a.TXT", "y")]).contains("called so"));
        assert!(refused(&[Piece::of_text("bomb", " ".repeat(32 << 20))]).contains("far more"));
        let many: Vec<Piece> = (0..=MAX_FILES).map(|n| Piece::of_text(&n.to_string(), "")).collect();
        assert!(refused(&many).contains("at most"));
        let whole = pack(&[Piece::of_text("a", "слово".repeat(1000))], &[]).unwrap();
        for cut in [0, 10, whole.len() / 2, whole.len() - 1] {
            let archive = Piece { path: "a.zip".into(), bytes: whole[..cut].to_vec() };
            assert!(unpack(&archive, &|_| true).is_err(), "{cut}");
        }
    }

    #[test]
    fn several_archives_have_one_limit() {
        let bytes = pack(&[Piece::of_text("a", "x".repeat(5_000)), Piece::of_text("b", "")], &[]).unwrap();
        let archive = Piece { path: "a.zip".into(), bytes };
        let mut left = 10_000;
        assert!(unpack_within(&archive, &|_| true, &mut left).is_ok());
        assert_eq!(left, 10_000 - 5_000 - 2 * FILE_BYTES);
        assert!(unpack_within(&archive, &|_| true, &mut left).unwrap_err().why.contains("far more"));
        assert!(
            unpack_within(&archive, &|path| path == "b", &mut left).is_ok(),
            "nothing is left, and nothing is needed"
        );
    }

    #[test]
    fn links_are_not_followed() {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        zip.add_symlink("a", "/etc/passwd", SimpleFileOptions::default()).unwrap();
        let bytes = zip.finish().unwrap().into_inner();
        assert!(unpack(&Piece { path: "a.zip".into(), bytes }, &|_| true).unwrap_err().to_string().contains("link"));
    }
}
