//! Damaged and forged files: each is refused by an error that names the file and the fault, in memory that is bounded
//! by the length of the file.

use std::fs;
use std::path::{Path, PathBuf};

use array_core::{Error, io};

use crate::folder;
use crate::forge::{Member, npy, npy_of, safetensors, zip};
use crate::memory::peak;
use crate::reference::cases;

type Reader = fn(&Path) -> array_core::Result<()>;

fn read_npy(path: &Path) -> array_core::Result<()> {
    io::read_npy(path).map(drop)
}

fn read_npz(path: &Path) -> array_core::Result<()> {
    io::read_npz(path).map(drop)
}

fn read_safetensors(path: &Path) -> array_core::Result<()> {
    io::read_safetensors(path).map(drop)
}

/// Reads a file, which must be refused; returns what is said about it.
#[track_caller]
fn refused(path: &PathBuf, read: Reader, bytes: &[u8]) -> String {
    fs::write(path, bytes).expect("written");
    let (result, memory) = peak(|| read(path));
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(200)]).into_owned();
    let Err(Error::File { path: Some(named), offset, message, .. }) = result else {
        panic!("{result:?} for {head:?}");
    };
    assert_eq!(&named, path);
    assert!(memory <= 2 * bytes.len() + (1 << 20), "{memory} bytes for {} of {head:?}", bytes.len());
    offset.map(|at| format!("byte {at}: ")).unwrap_or_default() + &message
}

/// Every file is refused, and the message contains the words beside it.
fn all_refused(name: &str, read: Reader, files: &[(Vec<u8>, &str)]) {
    let folder = folder(name);
    let path = folder.join("file");
    for (bytes, expected) in files {
        let message = refused(&path, read, bytes);
        assert!(message.contains(expected), "{message:?} does not contain {expected:?}");
    }
    fs::remove_dir_all(folder).expect("removed");
}

#[test]
fn forged_npy_files() {
    let good = "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }\n";
    let data = [0; 8];
    let with = |from: &str, to: &str| npy(&good.replace(from, to), &data);
    let version = |bytes: [u8; 2]| {
        let mut file = npy(good, &data);
        file[6..8].copy_from_slice(&bytes);
        file
    };
    let version_2 = |length: u32| [b"\x93NUMPY\x02\x00", &length.to_le_bytes()[..], good.as_bytes()].concat();
    let shape = |shape: &str| with("(2,)", shape);
    let descr = |descr: &str| with("'<f4'", descr);
    let long = format!("{}{good}", " ".repeat(10_000));
    all_refused(
        "hostile-npy",
        read_npy,
        &[
            (b"".to_vec(), "byte 0: the file ends here"),
            (b"\x93NUMPX\x01\x00aaaaaaaa".to_vec(), "byte 0: this is no .npy file"),
            (b"PK\x03\x04\x14\x00\x00\x00".to_vec(), "byte 0: this is no .npy file"),
            (version([0, 0]), "byte 6: version 0.0 is not known here"),
            (version([4, 0]), "byte 6: version 4.0 is not known here"),
            (version([1, 1]), "byte 6: version 1.1 is not known here"),
            (version_2(u32::MAX), "byte 8: a header of 4294967295 bytes, where at most 10000"),
            (version_2(10_001), "byte 8: a header of 10001 bytes, where at most 10000"),
            (version_2(9_999), "the file ends here"),
            (npy(&long, &data), "where at most 10000"),
            (npy("", &data), "byte 10: expected `{`, found the end of the header"),
            (npy("[]", &data), "byte 10: expected `{`, found \"[]\""),
            (npy("{", &data), "byte 11: expected a key, found the end of the header"),
            (npy("{}", &data), "byte 10: the key \"descr\" is missing"),
            (npy("{'descr'}", &data), "expected `:`, found \"}\""),
            (npy("{'descr: '<f4'}", &data), "expected `:`"),
            (npy("{descr: '<f4'}", &data), "expected a key"),
            (npy("{'descr': '<f4'", &data), "expected `}`, found the end"),
            (npy("{'descr': '<f4' 'shape': ()}", &data), "expected `}`, found \"'shape': ()}\""),
            (npy(&format!("{}{good}", "{".repeat(5000)), &data), "byte 11: expected a key, found \"{{"),
            (npy(&format!("{good} more"), &data), "expected nothing more, found \"more\""),
            (npy(&format!("{good}\0"), &data), "expected nothing more, found \"\\0\""),
            (with("'descr': '<f4', ", ""), "the key \"descr\" is missing"),
            (with("'fortran_order': False, ", ""), "the key \"fortran_order\" is missing"),
            (with("'shape': (2,), ", ""), "the key \"shape\" is missing"),
            (with("}", "'more': 1}"), "byte 66: the key \"more\" is unknown or there twice"),
            (with("}", "'shape': (2,)}"), "the key \"shape\" is unknown or there twice"),
            (with("}", "'descr': '<f4'}"), "the key \"descr\" is unknown or there twice"),
            (with("False", "0"), "expected True or False as fortran_order, found \"0, 'shape'"),
            (with("False", "'False'"), "expected True or False as fortran_order"),
            (with("False", "None"), "expected True or False as fortran_order"),
            (with("False", "Falsehood"), "expected `}`, found \"hood"),
            (shape("[2]"), "expected a tuple as shape, found \"[2]"),
            (shape("2"), "expected a tuple as shape"),
            (shape("(2)"), "expected a comma, without which this is no tuple"),
            (shape("(-2,)"), "expected a size of at most 64 bits, found \"-2,)"),
            (shape("(2.0,)"), "expected `)` behind at most 64 sizes, with commas between, found \".0,)"),
            (shape("(2 2)"), "expected `)` behind at most 64 sizes"),
            (shape("(True,)"), "expected a size of at most 64 bits"),
            (shape("(,)"), "expected a size of at most 64 bits"),
            (shape("((2,),)"), "expected a size of at most 64 bits"),
            (shape("(99999999999999999999999,)"), "expected a size of at most 64 bits"),
            (shape("(18446744073709551615,)"), "[18446744073709551615] exceeds the address space"),
            (shape("(4294967296, 4294967296)"), "exceeds the address space"),
            (shape("(0, 4294967296, 4294967296)"), "exceeds the address space"),
            (shape("(2305843009213693952,)"), "exceeds the address space"),
            (shape("(2305843009213693951,)"), "need 9223372036854775804 bytes, and 8 are left"),
            (shape("(1000000000,)"), "byte 77: shape [1000000000] and dtype float32 need 4000000000 bytes"),
            (shape("(3,)"), "byte 68: shape [3] and dtype float32 need 12 bytes, and 8 are left"),
            (shape(&format!("({})", "1,".repeat(65))), "expected `)` behind at most 64 sizes"),
            (shape(&format!("({}2)", "(".repeat(4000))), "expected a size of at most 64 bits"),
            (descr("'<f3'"), "byte 20: the element type \"<f3\" has no counterpart here"),
            (descr("'<f16'"), "the element type \"<f16\" has no counterpart"),
            (descr("'|O'"), "the element type \"|O\" has no counterpart"),
            (descr("'<U7'"), "the element type \"<U7\" has no counterpart"),
            (descr("'|S4'"), "the element type \"|S4\" has no counterpart"),
            (descr("'<M8[ns]'"), "the element type \"<M8[ns]\" has no counterpart"),
            (descr("'|V2'"), "the element type \"|V2\" has no counterpart"),
            (descr("''"), "the element type \"\" has no counterpart"),
            (descr("'\\x3cf4'"), "expected a string as descr"),
            (descr("'<f\u{0}4'"), "the element type \"<f\\04\" has no counterpart"),
            (
                descr("[('a', '<f4')]"),
                "expected a string as descr (records have no counterpart here), found \"[('a'",
            ),
            (descr("4"), "expected a string as descr"),
            (npy_of("|b1", "(4,)", &[0, 1, 2, 0]), "element 2 has the bytes [2], which are no bool"),
            (
                npy_of("|b1", "(1000000,)", &[vec![0; 999_999], vec![7]].concat()),
                "element 999999 has the bytes [7]",
            ),
        ],
    );
}

/// A `.npy` file of zeros.
fn zeros(count: usize) -> Vec<u8> {
    npy_of("<f8", &format!("({count},)"), &vec![0; 8 * count])
}

#[test]
fn forged_npz_files() {
    let good = zeros(100);
    let stored = Member::stored("a.npy", &good);
    let deflated = Member::deflated("a.npy", &good);
    let large = Member::deflated("a.npy", &zeros(1 << 20));
    let one = |member: Member| zip(&[member]);
    let claims = |shape: &str, member: fn(&str, &[u8]) -> Member| {
        let contents = npy_of("<f8", shape, &[0; 800]);
        member("a.npy", &contents)
    };
    // Promises 8 MB in all its headers, and inflates to 800 bytes.
    let hollow = Member { size: (1 << 23) + 80, ..claims("(1048576,)", Member::deflated) };
    let mut swapped = large.clone();
    let middle = swapped.data.len() / 2;
    swapped.data[middle] ^= 0x55;
    let mut count = one(stored.clone());
    let end = count.len();
    count[end - 14..end - 10].copy_from_slice(&[255, 255, 255, 255]);
    let mut directory = one(stored.clone());
    directory[end - 6..end - 2].copy_from_slice(&u32::MAX.to_le_bytes());
    let twin = Member { offset: Some(0), name: b"b.npy".to_vec(), ..stored.clone() };
    all_refused(
        "hostile-npz",
        read_npz,
        &[
            (b"".to_vec(), ""),
            (b"PK".to_vec(), ""),
            (b"PK\x05\x06".to_vec(), ""),
            (good.clone(), ""),
            (vec![0; 100_000], ""),
            (count, ""),
            (directory, ""),
            (one(Member::stored("a.txt", &good)), "the member a.txt is no .npy file"),
            (one(Member::stored("a.npy", b"")), "a.npy: the file ends here"),
            (one(Member::stored("a.npy", b"text that is no array")), "a.npy: this is no .npy file"),
            (
                one(claims("(101,)", Member::stored)),
                "a.npy: shape [101] and dtype float64 need 808 bytes, and 800",
            ),
            (
                one(claims("(101,)", Member::deflated)),
                "a.npy: shape [101] and dtype float64 need 808 bytes, and 800",
            ),
            (one(claims("(1152921504606846975,)", Member::deflated)), "a.npy: shape [1152921504606846975]"),
            (one(Member { crc: 1, ..stored.clone() }), "a.npy: Invalid checksum"),
            (one(Member { crc: 1, ..deflated.clone() }), "a.npy: Invalid checksum"),
            (one(Member { crc: 1, ..large.clone() }), "a.npy: Invalid checksum"),
            (one(Member { size: 10, ..stored.clone() }), "a.npy: "),
            (
                one(Member { size: 500, ..stored.clone() }),
                "a.npy: shape [100] and dtype float64 need 800 bytes",
            ),
            (
                one(Member { size: 500, ..deflated.clone() }),
                "a.npy: shape [100] and dtype float64 need 800 bytes",
            ),
            (one(Member { size: 10_000, ..deflated.clone() }), "a.npy: "),
            (one(hollow), "a.npy: "),
            (one(Member { compressed_size: 1 << 30, ..stored.clone() }), ""),
            (one(Member { compressed_size: 5, ..deflated.clone() }), ""),
            (one(Member { compressed_size: u32::MAX - 1, ..deflated.clone() }), ""),
            (one(swapped), "a.npy: "),
            (one(Member { method: 12, ..stored.clone() }), ""),
            (one(Member { method: 99, ..stored.clone() }), ""),
            (one(Member { method: 8, ..stored.clone() }), "a.npy: "),
            (one(Member { flags: 1, ..stored.clone() }), ""),
            (one(Member { offset: Some(7), ..stored.clone() }), ""),
            (one(Member { offset: Some(u32::MAX - 1), ..stored.clone() }), ""),
            (zip(&[stored.clone(), stored.clone()]), "two members have one name"),
            (zip(&[stored.clone(), twin]), "members overlap"),
        ],
    );
}

/// An archive whose members inflate to much more than they are is a good one, as long as it keeps its promises.
#[test]
fn an_array_of_zeros_may_be_small_in_its_file() {
    let folder = folder("hostile-zeros");
    let path = folder.join("zeros.npz");
    fs::write(&path, zip(&[Member::deflated("a.npy", &zeros(1 << 20))])).expect("written");
    assert!(fs::metadata(&path).expect("there").len() < 20_000);
    let arrays = io::read_npz(&path).expect("a good file");
    assert_eq!(arrays[0].1, array_core::Array::<f64>::zeros(1 << 20).into());
    fs::remove_dir_all(folder).expect("removed");
}

#[test]
fn forged_safetensors_files() {
    let good = r#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"U8","shape":[4],"data_offsets":[8,12]}}"#;
    let data = [1; 12];
    let with = |from: &str, to: &str| safetensors(&good.replacen(from, to, 1), &data);
    let header = |text: &str| safetensors(text, &data);
    let length = |length: u64| [&length.to_le_bytes()[..], good.as_bytes()].concat();
    let only = |entry: &str| header(&format!("{{\"a\":{entry}}}"));
    let deep = |open: &str, close: &str| format!("{}{}", open.repeat(50_000), close.repeat(50_000));
    let many = format!("[{}1]", "1,".repeat(1_000_000));
    all_refused(
        "hostile-safetensors",
        read_safetensors,
        &[
            (b"".to_vec(), "byte 0: the file ends here"),
            (vec![0; 7], "byte 7: the file ends here"),
            (length(u64::MAX), "byte 0: a header of 18446744073709551615 bytes"),
            (length(1 << 40), "byte 0: a header of 1099511627776 bytes"),
            (length(100_000_001), "byte 0: a header of 100000001 bytes"),
            (length(good.len() as u64 + 1), "byte 0: a header of"),
            (length(0), "byte 8: the header does not begin with `{`"),
            (header(" {}"), "byte 8: the header does not begin with `{`"),
            (header("[]"), "the header does not begin with `{`"),
            (header("{"), "EOF while parsing"),
            (header("{}"), "the tensors take 0 bytes, and the file has 12 for them"),
            (header("{} x"), "trailing characters"),
            (header("{}\0"), "trailing characters"),
            (header("{\"a\":NaN}"), "byte 13: header: expected"),
            (
                header("{\"\u{fffd}\":1}").into_iter().map(|b| if b == 0xbf { 0xff } else { b }).collect(),
                "header: ",
            ),
            (only("1"), "header: invalid type: integer `1`"),
            (only("null"), "header: invalid type: null"),
            (only("{}"), "missing field `dtype`"),
            (only(r#"["F32",[3],[0,12],1]"#), "header: "),
            (only(r#"{"dtype":"F32","shape":[3]}"#), "missing field `data_offsets`"),
            (only(r#"{"dtype":"F32","shape":[3],"data_offsets":[0,12],"more":1}"#), "unknown field `more`"),
            (
                only(r#"{"dtype":"F32","dtype":"F32","shape":[3],"data_offsets":[0,12]}"#),
                "duplicate field `dtype`",
            ),
            (only(r#"{"dtype":"F32","shape":[3],"data_offsets":[0,12,1]}"#), "header: "),
            (only(r#"{"dtype":"F32","shape":[3],"data_offsets":[0]}"#), "header: "),
            (only(r#"{"dtype":"F32","shape":[NaN],"data_offsets":[0,12]}"#), "header: "),
            (
                only(r#"{"dtype":"F32","shape":[3.0],"data_offsets":[0,12]}"#),
                "header: invalid type: floating point",
            ),
            (
                only(r#"{"dtype":"F32","shape":[-3],"data_offsets":[0,12]}"#),
                "header: invalid value: integer `-3`",
            ),
            (only(r#"{"dtype":"F32","shape":[1e400],"data_offsets":[0,12]}"#), "header: number out of range"),
            (
                only(r#"{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,12]}"#),
                "header: invalid type",
            ),
            (only(r#"{"dtype":"F32","shape":"3","data_offsets":[0,12]}"#), "expected at most 64 sizes"),
            (only(r#"{"dtype":32,"shape":[3],"data_offsets":[0,12]}"#), "header: invalid type"),
            (with("F32", "F8_E4M3"), "tensor \"a\": the element type \"F8_E4M3\" has no counterpart here"),
            (with("F32", "f32"), "the element type \"f32\" has no counterpart here"),
            (
                with("F32", "F64"),
                "tensor \"a\": its data_offsets [0, 8] do not fit the shape [2] and the dtype float64",
            ),
            (with("[2]", "[3]"), "tensor \"a\": its data_offsets [0, 8] do not fit the shape [3]"),
            (with("[2]", "[]"), "do not fit the shape [] and the dtype float32"),
            (with("[2]", "[4294967296,4294967296]"), "do not fit the shape [4294967296, 4294967296]"),
            (with("[2]", "[0,4294967296,4294967296,4294967296]"), "do not fit the shape [0, 4294967296"),
            (with("[2]", "[18446744073709551615]"), "do not fit the shape [18446744073709551615]"),
            (
                with("[0,8]", "[8,0]"),
                "tensor \"a\": its data_offsets [8, 0] leave a gap: they should begin at 0",
            ),
            (
                with("[0,8]", "[4,12]"),
                "tensor \"a\": its data_offsets [4, 12] leave a gap: they should begin at 0",
            ),
            (
                with("[8,12]", "[7,11]"),
                "tensor \"b\": its data_offsets [7, 11] overlap others: they should begin at 8",
            ),
            (with("[8,12]", "[0,4]"), "overlap others"),
            (with("[8,12]", "[9,13]"), "leave a gap"),
            (with("[8,12]", "[8,18446744073709551615]"), "do not fit"),
            (with("[8,12]", "[8,13]"), "do not fit the shape [4] and the dtype uint8"),
            (with("\"b\"", "\"a\""), "the name \"a\" is there twice"),
            (with("\"b\"", "\"\\u0061\""), "the name \"a\" is there twice"),
            (
                with("{\"a\"", "{\"__metadata__\":1,\"a\""),
                "header: invalid type: integer `1`, expected an object of texts",
            ),
            (with("{\"a\"", "{\"__metadata__\":{\"k\":1},\"a\""), "header: invalid type: integer `1`"),
            (with("{\"a\"", "{\"__metadata__\":{\"k\":null},\"a\""), "header: invalid type: null"),
            (with("{\"a\"", "{\"__metadata__\":{\"k\":\"1\",\"k\":\"2\"},\"a\""), "\"k\" is there twice"),
            (with("{\"a\"", "{\"__metadata__\":{},\"__metadata__\":{},\"a\""), "__metadata__ is there twice"),
            (safetensors(good, &data[..11]), "the tensors take 12 bytes, and the file has 11 for them"),
            (safetensors(good, &[1; 13]), "the tensors take 12 bytes, and the file has 13 for them"),
            (header(&deep("{\"a\":", "}")), "header: "),
            (header(&format!("{{\"a\":{}}}", deep("[", "]"))), "header: "),
            (
                only(&format!(r#"{{"dtype":"F32","shape":{},"data_offsets":[0,12]}}"#, deep("[", "]"))),
                "header: ",
            ),
            (
                only(&format!(r#"{{"dtype":"F32","shape":{many},"data_offsets":[0,12]}}"#)),
                "expected at most 64 sizes",
            ),
        ],
    );
    let header = r#"{"b":{"dtype":"BOOL","shape":[4],"data_offsets":[0,4]}}"#;
    all_refused(
        "hostile-safetensors-bool",
        read_safetensors,
        &[(
            safetensors(header, &[0, 1, 1, 2]),
            "tensor \"b\": element 3 has the bytes [2], which are no bool",
        )],
    );
}

/// Cut off anywhere, a file is refused; so is one with a damaged byte, or it is read without harm.
#[test]
fn truncated_and_damaged_files() {
    let names = [
        ("float64-C-big-v1.npy", read_npy as Reader),
        ("bool-F-little-v2.npy", read_npy),
        ("complex64-C-little-v3.npy", read_npy),
        ("by-hand.npz", read_npz),
        ("numpy.safetensors", read_safetensors),
    ];
    let folder = folder("hostile-cut");
    let path = folder.join("file");
    for (name, read) in names {
        let good = cases().into_iter().find(|case| case.name == name).expect("a case").bytes;
        for length in 0..good.len() {
            refused(&path, read, &good[..length]);
        }
        for at in 0..good.len() {
            for change in [0x01, 0x10, 0x80, 0xff] {
                let mut bad = good.to_vec();
                bad[at] ^= change;
                fs::write(&path, &bad).expect("written");
                let (result, memory) = peak(|| read(&path));
                assert!(memory <= 2 * bad.len() + (1 << 20), "{memory} bytes for {name}, byte {at}");
                if let Err(error) = result {
                    assert!(matches!(error, Error::File { path: Some(_), .. }), "{error}");
                }
            }
        }
    }
    fs::remove_dir_all(folder).expect("removed");
}
