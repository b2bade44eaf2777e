"""The browser app: the only importer of Streamlit; each page file calls one function of this package."""
