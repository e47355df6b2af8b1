//! Links libfibonacci.so where CMake has built it, and tells the source which Python it is for.
fn main() {
    pyo3_build_config::use_pyo3_cfgs();
    println!("cargo:rerun-if-env-changed=FIBONACCI_DIRECTORY");
    let directory = std::env::var("FIBONACCI_DIRECTORY")
        .expect("FIBONACCI_DIRECTORY must be the folder of libfibonacci.so");
    println!("cargo:rustc-link-search=native={directory}");
    println!("cargo:rustc-cdylib-link-arg=-Wl,-rpath,{directory}");
}
